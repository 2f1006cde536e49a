namespace Batchwise;

/// <summary>A map of each channel by itself, with the activation behind it: batch normalization's steps over rows, without its statistics.</summary>
sealed class ChannelAffineLowering : Lowering
{
    public override string Name => "channel affine + activation";

    public override bool TryLower(Node node, PlanBuilder builder)
    {
        if (node.Layer is not ChannelAffine layer || (layer.PerActivation && node.Shape.Rank > 1))
            return false;
        var input = node.Inputs[0];
        var x = builder.Value(input);
        if (!x.IsDense && x.Positions > 1)
            return false;
        var (last, function) = ActivationBehind.Claim(node, builder);
        var affine = new ChannelAffineBuffers(
            builder.NameOf(node), x, builder.CreateValue(last), builder.Parameter(node, 0).Value, builder.Parameter(node, 1).Value,
            builder.Parameter(node, 2).Value, function);
        builder.Emit(new ChannelAffineForward(affine));
        builder.OnBackward(() =>
        {
            var slots = PlanBuilder.Fixed($"{affine.Name} slots", 2 * affine.Rows.Most(builder.Capacity), affine.Width);
            var (dx, accumulate) = builder.NeedsGradient(input) ? builder.GradientTarget(input) : (null, false);
            builder.Emit(new ChannelAffineBackward(affine, builder.Gradient(last), dx, accumulate, slots));
            builder.Emit(new ChannelAffineFinish(
                affine, slots, builder.Parameter(node, 0).Gradient, builder.Parameter(node, 1).Gradient, builder.Parameter(node, 2).Gradient));
        });
        return true;
    }
}
