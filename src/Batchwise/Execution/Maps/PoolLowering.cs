using Batchwise.Kernels;

namespace Batchwise;

/// <summary>A maximum or an average under a moving window, or a maximum over the whole map.</summary>
sealed class PoolLowering : Lowering
{
    public override string Name => "pool";

    public override bool TryLower(Node node, PlanBuilder builder)
    {
        var maximum = MaximumOf(node);
        if (maximum is null && node.Layer is not AveragePool)
            return false;
        builder.Claim(node);
        var y = builder.CreateJoinedValue(node);
        if (maximum is { } shape)
            Max(node, shape, y, builder);
        else
            Average(node, (AveragePool)node.Layer, y, builder);
        return true;
    }

    /// <summary>The shape of a maximum on its input; null of any other layer.</summary>
    public static PoolShape? MaximumOf(Node node) => node.Layer switch
    {
        MaxPool pool => pool.ShapeOn(node.Inputs[0].Shape),
        GlobalMaxPool => GlobalMaxPool.ShapeOn(node.Inputs[0].Shape),
        _ => null,
    };

    /// <summary>The buffer of a maximum's winners, where somebody goes backward.</summary>
    public static PlanBuffer? Winners(Node node, PoolShape shape, PlanBuilder builder)
    {
        var stride = MaxPooling.WinnerStride(shape);
        return builder.NeedsGradient(node.Inputs[0])
            ? new PlanBuffer($"{builder.NameOf(node)} winners", BufferRegion.Arena, node.Shape.Positions, stride, stride, perSample: true)
            : null;
    }

    private static void Max(Node node, PoolShape shape, PlanBuffer y, PlanBuilder builder)
    {
        var (name, input) = (builder.NameOf(node), node.Inputs[0]);
        var winners = Winners(node, shape, builder);
        builder.Emit(new MaxPoolForward(name, shape, builder.Value(input), y, winners));
        builder.Recomputable(node, again => builder.Emit(new MaxPoolForward(name, shape, builder.BackwardValue(input), again, null)));
        if (winners is null)
            return;
        builder.OnBackward(() =>
        {
            var dy = builder.Gradient(node);
            var (dx, accumulate) = builder.GradientTarget(input);
            builder.Emit(new MaxPoolBackward(name, shape, winners, dy, dx, accumulate));
        });
    }

    private static void Average(Node node, AveragePool layer, PlanBuffer y, PlanBuilder builder)
    {
        var (name, input) = (builder.NameOf(node), node.Inputs[0]);
        var shape = layer.ShapeOn(input.Shape);
        var factors = layer.FactorsOn(input.Shape);
        builder.Emit(new AveragePoolForward(name, shape, factors, builder.Value(input), y));
        builder.Recomputable(node, again => builder.Emit(new AveragePoolForward(name, shape, factors, builder.BackwardValue(input), again)));
        if (!builder.NeedsGradient(input))
            return;
        builder.OnBackward(() =>
        {
            var dy = builder.Gradient(node);
            var (dx, accumulate) = builder.GradientTarget(input);
            builder.Emit(new AveragePoolBackward(name, shape, factors, dy, dx, accumulate));
        });
    }
}
