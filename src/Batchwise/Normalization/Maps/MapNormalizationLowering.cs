namespace Batchwise;

/// <summary>
/// Normalization of the channels of maps with the activation behind it, in its three parts: moments, finish, affine; backward: sums,
/// finish, correction. Moments and sums follow in the tasks of the step that completes x or dy, where it works block by block; the
/// affine step reads x and writes y, the correction reads x and dy and writes dx.
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
        builder.Emit(new MapAffine(map, rowPerSample ? Rows(builder.CreateValue(last)) : builder.CreateJoinedValue(last)));
        if (!rowPerSample)
            builder.Recomputable(last, y => builder.Emit(new MapAffine(map, y)));
        builder.OnBackward(() =>
        {
            var dy = Rows(builder.Gradient(last));
            var sums = map.Follow(dy, new MapReduce(map, dy), builder);
            builder.Emit(new MapFinishBackward(map, sums, builder.Parameter(node, 0).Gradient, builder.Parameter(node, 1).Gradient));
            if (!builder.NeedsGradient(node.Inputs[0]))
                return;
            var (dx, accumulate) = builder.GradientTarget(node.Inputs[0]);
            builder.Emit(new MapCorrect(map, dy, Rows(dx), accumulate));
        });
        return true;
    }
}
