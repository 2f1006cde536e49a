namespace Batchwise;

/// <summary>
/// Flattening is another view of the same memory, forward and backward, and no step at all; where somebody counts on the
/// padding of rows, or the gradient has other writers, it is a copy.
/// </summary>
sealed class FlattenLowering : Lowering
{
    public override string Name => "flatten as a view";

    public override bool TryLower(Node node, PlanBuilder builder)
    {
        if (node.Layer is not Flatten)
            return false;
        builder.Claim(node);
        var input = node.Inputs[0];
        var x = builder.Value(input);
        var needsGradient = builder.NeedsGradient(input);
        if (CanView(node, x, builder))
        {
            builder.SetValue(node, View(x, node, builder.NameOf(node)));
            if (!needsGradient)
                return true;
            builder.SetGradient(node, View(builder.Gradient(input), node, $"d {builder.NameOf(node)}"));
            builder.OnBackward(() => builder.GradientTarget(input));
            return true;
        }
        builder.Emit(new AddStep(builder.NameOf(node), x, builder.CreateValue(node), accumulate: false));
        if (!needsGradient)
            return true;
        builder.OnBackward(() =>
        {
            var (dx, accumulate) = builder.GradientTarget(input);
            builder.Emit(new AddStep(builder.NameOf(node), builder.Gradient(node), dx, accumulate));
        });
        return true;
    }

    private static bool CanView(Node node, PlanBuffer x, PlanBuilder builder)
    {
        var input = node.Inputs[0];
        // A view's gradient is the input's own, so nobody else may write that.
        if ((!x.IsDense && x.Positions > 1) || (builder.NeedsGradient(input) && builder.SoleConsumer(input) != node))
            return false;
        // A view has no padding behind its rows; a matrix product takes that, other rules count on padded rows.
        return AlignedMemory.RoundUp(node.Shape.Size) == x.Positions * x.Stride || builder.Network.ConsumersOf(node).All(consumer => consumer.Layer is Dense);
    }

    private static PlanBuffer View(PlanBuffer source, Node node, string name) =>
        new(name, source, 1, node.Shape.Size, source.Positions * source.Stride);
}
