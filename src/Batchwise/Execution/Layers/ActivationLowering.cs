using Batchwise.Kernels;

namespace Batchwise;

/// <summary>An activation that no layer before it could take along: a step of its own, on vectors and maps alike.</summary>
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
        Elu elu => new(ActivationKind.Elu, (float)elu.Alpha),
        Gelu gelu => new(gelu.Approximate ? ActivationKind.GeluTanh : ActivationKind.Gelu),
        Silu => new(ActivationKind.Silu),
        HardSigmoid hard => new(ActivationKind.HardSigmoid, (float)hard.Alpha, (float)hard.Beta),
        HardSwish => new(ActivationKind.HardSwish),
        Clip clip => new(ActivationKind.Clip, (float)clip.Minimum, (float)clip.Maximum),
        _ => null,
    };

    public override bool TryLower(Node node, PlanBuilder builder)
    {
        if (FunctionOf(node.Layer) is not { } function)
            return false;
        var input = node.Inputs[0];
        var x = builder.Value(input);
        var y = builder.CreateValue(node);
        if (x.Stride != y.Stride)
            return false;
        builder.Claim(node);
        builder.Emit(new FunctionForward(builder.NameOf(node), x, y, function));
        if (!builder.NeedsGradient(input))
            return true;
        builder.OnBackward(() =>
        {
            var (dx, accumulate) = builder.GradientTarget(input);
            var kept = function.NeedsArgument ? builder.BackwardValue(input) : y;
            builder.Emit(new FunctionBackward(builder.NameOf(node), kept, builder.Gradient(node), dx, accumulate, function));
        });
        return true;
    }
}
