namespace Batchwise;

/// <summary>Flattening is another view of the same memory, forward and backward; no step at all.</summary>
sealed class FlattenLowering : Lowering
{
    public override string Name => "flatten as a view";

    public override bool TryLower(Node node, PlanBuilder builder)
    {
        if (node.Layer is not Flatten)
            return false;
        var input = node.Inputs[0];
        var x = builder.Value(input);
        // A view's gradient is the input's own, so nobody else may write that; where others do, the reference copies.
        if ((!x.IsDense && x.Positions > 1) || (builder.NeedsGradient(input) && builder.SoleConsumer(input) != node))
            return false;
        // A view has no padding behind its rows; a matrix product takes that, other rules count on padded rows.
        if (AlignedMemory.RoundUp(node.Shape.Size) != x.Positions * x.Stride && builder.Network.ConsumersOf(node).Any(consumer => consumer.Layer is not Dense))
            return false;
        builder.Claim(node);
        builder.SetValue(node, View(x, node, builder.NameOf(node)));
        if (builder.NeedsGradient(input))
        {
            builder.SetGradient(node, View(builder.Gradient(input), node, $"d {builder.NameOf(node)}"));
            builder.OnBackward(() => builder.GradientTarget(input));
        }
        return true;
    }

    private static PlanBuffer View(PlanBuffer source, Node node, string name) =>
        new(name, source, 1, node.Shape.Size, source.Positions * source.Stride);
}
