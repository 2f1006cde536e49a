using Batchwise.Kernels;

namespace Batchwise;

/// <summary>A dense layer, with its bias and the activation behind it in the same tasks.</summary>
sealed class DenseLowering : Lowering
{
    public override string Name => "dense + bias + activation";

    public override bool TryLower(Node node, PlanBuilder builder)
    {
        if (node.Layer is not Dense layer)
            return false;
        var (last, function) = ActivationBehind.Claim(node, builder);

        var y = builder.CreateValue(last);
        var (bias, dBias) = layer.Bias ? builder.Parameter(node, layer.BiasIndex) : default;
        var plain = function.Kind == ActivationKind.Identity;
        DenseSteps.Forward(node, builder, y, plain && !layer.Bias ? null : new ActivateForward(y, bias, y, function));
        if (builder.IsTraining)
            LowerBackward(node, last, builder, y, dBias, function);
        return true;
    }

    private static void LowerBackward(Node node, Node last, PlanBuilder builder, PlanBuffer y, PlanBuffer? dBias, ActivationFunction function)
    {
        var dy = builder.Gradient(last);
        ColumnOperation? operation = function.Kind != ActivationKind.Identity ? new ActivateBackward(y, dy, dBias, function)
            : dBias is not null ? new BiasGradient(dy, dBias)
            : null;
        if (operation is not null)
            builder.OfferEpilogue(last, operation);
        builder.OnBackward(() =>
        {
            if (operation is not null && builder.EpilogueIsLeft(last))
                builder.Emit(new ColumnStep(builder.NameOf(last), operation, dy));
            DenseSteps.Backward(node, builder, dy);
        });
    }
}
