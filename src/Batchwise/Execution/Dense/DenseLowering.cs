using Batchwise.Kernels;

namespace Batchwise;

/// <summary>A dense layer, with its bias and the activation behind it in the same tasks.</summary>
sealed class DenseLowering : Lowering
{
    public override string Name => "dense + bias + activation";

    public override bool TryLower(Node node, PlanBuilder builder)
    {
        if (node.Layer is not Dense)
            return false;
        var (last, function) = ActivationBehind.Claim(node, builder);

        var hasBias = node.Parameters.Length > 1;
        var y = builder.CreateValue(last);
        var bias = hasBias ? builder.Parameter(node, 1).Value : null;
        var plain = function.Kind == ActivationKind.Identity;
        DenseSteps.Forward(node, builder, y, plain && !hasBias ? null : new ActivateForward(y, bias, y, function));
        if (builder.IsTraining)
            LowerBackward(node, last, builder, y, hasBias ? builder.Parameter(node, 1).Gradient : null, function);
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
