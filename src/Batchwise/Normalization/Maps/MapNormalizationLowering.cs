using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// Normalization of the channels of maps with the activation behind it, in its three parts: moments, finish, affine; backward: sums,
/// finish, correction. Moments and sums follow in the tasks of the step that completes x or dy, where it works block by block; the
/// affine step reads x and writes y, or is part of the pool or the sum that alone takes y; the correction reads x and dy and writes dx, or is left to a
/// convolution that alone would read that.
/// </summary>
sealed class MapNormalizationLowering : Lowering
{
    public override string Name => "batch norm of maps + activation";

    public override bool TryLower(Node node, PlanBuilder builder)
    {
        if (node.Layer is not ChannelNormalization layer || node.Shape.Rank == 1)
            return false;
        // Of statistics per activation a sample is one row, each of its values a channel.
        var rowPerSample = layer is BatchNormalization { PerActivation: true };
        if (!layer.OnePerLastAxis && !rowPerSample)
            return false;
        PlanBuffer Rows(PlanBuffer buffer) => rowPerSample ? new(buffer.Name, buffer, 1, node.Shape.Size, node.Shape.Size) : buffer;
        var x = Rows(builder.Value(node.Inputs[0]));
        var (last, function) = ActivationBehind.Claim(node, builder);

        var map = new MapNormalization(node, builder, x, function);
        var blocks = layer.UsesBatch(builder.Mode) ? map.Follow(x, new MapMoments(map), builder) : null;
        builder.Emit(new MapFinish(map, new StoredStatistics(node, builder), blocks));
        builder.OnBackward(() =>
        {
            var dy = Rows(builder.Gradient(last));
            var sums = map.Follow(dy, new MapReduce(map, dy), builder);
            builder.Emit(new MapFinishBackward(map, sums, builder.Parameter(node, 0).Gradient, builder.Parameter(node, 1).Gradient));
            if (!builder.NeedsGradient(node.Inputs[0]))
                return;
            if (builder.SoleConsumer(node.Inputs[0]) == node && !rowPerSample && builder.KeptOrNull<CorrectionOffer>(node.Inputs[0]) is { } offer)
            {
                offer.Left = new MapCorrection(map, dy);
                return;
            }
            var (dx, accumulate) = builder.GradientTarget(node.Inputs[0]);
            builder.Emit(new MapCorrect(map, dy, Rows(dx), accumulate));
        });
        if (rowPerSample)
        {
            builder.Emit(new MapAffine(map, Rows(builder.CreateValue(last))));
        }
        else if (builder.SoleConsumer(last) is { } pool && PoolLowering.MaximumOf(pool) is { } shape && !builder.KeepsAll)
        {
            Pool(pool, shape, last, map, builder);
        }
        else if (last == node && builder.SoleConsumer(last) is { } sum && MapSumLowering.Takes(sum) && !builder.KeepsAll
            && builder.HasValue(Other(sum, last)))
        {
            var name = builder.NameOf(sum);
            MapSumLowering.Lower(sum, builder, (y, behind) => new MapAffineSum(map, name, builder.Value(Other(sum, last)), y, behind));
        }
        else
        {
            builder.Emit(new MapAffine(map, builder.CreateJoinedValue(last)));
            builder.Recomputable(last, y => builder.Emit(new MapAffine(map, y)));
        }
        return true;
    }

    private static Node Other(Node sum, Node input) => sum.Inputs[0] == input ? sum.Inputs[1] : sum.Inputs[0];

    /// <summary>The affine step within the pool behind it, and the pool's backward step.</summary>
    private static void Pool(Node pool, PoolShape shape, Node last, MapNormalization map, PlanBuilder builder)
    {
        builder.Claim(pool);
        var name = builder.NameOf(pool);
        var winners = PoolLowering.Winners(pool, shape, builder);
        builder.Emit(new MapAffinePool(map, name, shape, builder.CreateJoinedValue(pool), winners));
        builder.Recomputable(pool, again => builder.Emit(new MapAffinePool(map, name, shape, again, null)));
        if (winners is null)
            return;
        // What is between has no buffer, but a gradient.
        var dy = PlanBuilder.Like($"d {builder.NameOf(last)}", last.Shape);
        builder.SetGradient(last, dy);
        builder.OnBackward(() => builder.Emit(new MaxPoolBackward(name, shape, winners, builder.Gradient(pool), dy, accumulate: false)));
    }
}
