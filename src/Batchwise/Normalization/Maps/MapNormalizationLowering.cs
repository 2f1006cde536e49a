namespace Batchwise;

/// <summary>
/// Normalization of the channels of maps with the activation behind it, in its three parts as steps of their own: moments, finish,
/// affine; backward: sums, finish, correction. Forward reads x twice and writes y; backward reads x and dy twice and
/// writes dx.
/// </summary>
sealed class MapNormalizationLowering : Lowering
{
    public override string Name => "batch norm of maps + activation";

    public override bool TryLower(Node node, PlanBuilder builder)
    {
        if (node.Layer is not ChannelNormalization layer || node.Shape.Rank == 1 || !layer.OnePerLastAxis)
            return false;
        var x = builder.Value(node.Inputs[0]);
        if (!x.IsDense)
            return false;
        var (last, function) = ActivationBehind.Claim(node, builder);

        var map = new MapNormalization(node, builder, x, builder.CreateValue(last), function);
        var usesBatch = layer.UsesBatch(builder.Mode);
        if (usesBatch)
            builder.Emit(new MapMoments(map));
        builder.Emit(new MapFinish(map, new StoredStatistics(node, builder), usesBatch));
        builder.Emit(new MapAffine(map));
        builder.OnBackward(() =>
        {
            var dy = builder.Gradient(last);
            builder.Emit(new MapReduce(map, dy));
            builder.Emit(new MapFinishBackward(map, builder.Parameter(node, 0).Gradient, builder.Parameter(node, 1).Gradient));
            if (!builder.NeedsGradient(node.Inputs[0]))
                return;
            var (dx, accumulate) = builder.GradientTarget(node.Inputs[0]);
            builder.Emit(new MapCorrect(map, dy, dx, accumulate));
        });
        return true;
    }
}
