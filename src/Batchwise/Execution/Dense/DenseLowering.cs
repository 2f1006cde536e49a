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
        var kept = ActivationBehind.Kept(node, y, function, builder);
        var (bias, dBias) = layer.Bias ? builder.Parameter(node, layer.BiasIndex) : default;
        if (DenseSteps.TryBlocks(node, builder, y))
        {
            MapActivation.Forward(node, builder, y, y, function);
            return true;
        }
        var plain = function.Kind == ActivationKind.Identity;
        DenseSteps.Forward(node, builder, kept, plain && !layer.Bias ? null : ActivateForward.Keeping(kept, bias, y, function));
        if (builder.IsTraining)
            LowerBackward(node, last, builder, kept, dBias, function);
        return true;
    }

    private static void LowerBackward(Node node, Node last, PlanBuilder builder, PlanBuffer kept, PlanBuffer? dBias, ActivationFunction function)
    {
        var dy = builder.Gradient(last);
        ColumnOperation? operation = function.Kind != ActivationKind.Identity ? new ActivateBackward(kept, dy, dBias, function)
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
