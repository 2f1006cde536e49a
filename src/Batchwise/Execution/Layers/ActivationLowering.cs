using Batchwise.Kernels;

namespace Batchwise;

/// <summary>An activation that no layer before it could take along, on vectors: a step of its own.</summary>
sealed class ActivationLowering : Lowering
{
    public override string Name => "activation";

    /// <summary>The kernel's function for a layer, if it has one.</summary>
    public static ActivationFunction? FunctionOf(Layer layer) => layer switch
    {
        Sigmoid => new(ActivationKind.Sigmoid),
        Tanh => new(ActivationKind.Tanh),
        Relu => new(ActivationKind.Relu),
        LeakyRelu leaky => new(ActivationKind.LeakyRelu, (float)leaky.Slope),
        _ => null,
    };

    public override bool TryLower(Node node, PlanBuilder builder)
    {
        if (FunctionOf(node.Layer) is not { } function || node.Shape.Rank != 1)
            return false;
        builder.Claim(node);
        var input = node.Inputs[0];
        var x = builder.Value(input);
        var y = builder.CreateValue(node);
        builder.Emit(new ColumnStep(builder.NameOf(node), new ActivateForward(x, null, y, function), y));
        if (!builder.NeedsGradient(input))
            return true;
        builder.OnBackward(() =>
        {
            var dy = builder.Gradient(node);
            builder.Emit(new ColumnStep(builder.NameOf(node), new ActivateBackward(y, dy, null, function), dy));
            var (dx, accumulate) = builder.GradientTarget(input);
            builder.Emit(new AddStep(builder.NameOf(node), dy, dx, accumulate));
        });
        return true;
    }
}
