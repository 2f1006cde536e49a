using Batchwise.Kernels;

namespace Batchwise;

/// <summary>The two sums of the backward step of each block of rows into its slot.</summary>
sealed class MapReduce(MapNormalization map, PlanBuffer dy) : BlockOperation("backward sums", [map.X, map.Vectors, dy], [map.Slots])
{
    public override long WorkerScratch => 2L * map.Channels;

    public override void Run(int slot, ConvolutionBlock block, PlanRun run, Span<float> scratch)
    {
        var sums = scratch[..(2 * block.Channels)];
        var first = map.First.Of(slot, block);
        var second = map.Second.Of(slot, block);
        for (var done = 0; done < block.Rows; done += ColumnBlock.RowsInSingle)
        {
            var row = block.FirstRow + done;
            NormalizeRowsBackward.Reduce(
                run[map.X][(row * map.X.Stride + block.FirstChannel)..], map.X.Stride, run[dy][(row * dy.Stride + block.FirstChannel)..], dy.Stride,
                map.VectorsOf(run, block.FirstChannel, block.Channels), sums, Math.Min(ColumnBlock.RowsInSingle, block.Rows - done), block.Channels, map.Function,
                new RowTasks(map.X).IsLarge(run.Count));
            for (var c = 0; c < block.Channels; c++)
            {
                first[c] = sums[c] + (done == 0 ? 0 : first[c]);
                second[c] = sums[block.Channels + c] + (done == 0 ? 0 : second[c]);
            }
        }
    }
}

/// <summary>Merges the slots into the gradients of gamma and beta and what the correction needs.</summary>
sealed class MapFinishBackward(MapNormalization map, IBlocks blocks, PlanBuffer dGamma, PlanBuffer dBeta)
    : Step("backward finish", map.Name, [map.Slots, map.Vectors, map.Gamma], [map.Corrections, dGamma, dBeta])
{
    public override int Tasks(int phase, int count) => map.ChannelTasks;

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var (first, count) = MapNormalization.ChannelsOf(task, map.Channels);
        Span<double> sums = stackalloc double[count];
        Span<double> products = stackalloc double[count];
        map.First.Add(blocks, run.Count, first, sums);
        map.Second.Add(blocks, run.Count, first, products);
        var corrections = run[map.Corrections];
        var gammaGradient = run[dGamma].Slice(first, count);
        var betaGradient = run[dBeta].Slice(first, count);
        BackwardFinish.Run(
            map.Normalized.AsSpan(first, count), run[map.Gamma].Slice(first, count), sums, products, map.X.Rows(run.Count),
            gammaGradient, betaGradient,
            corrections.Slice(first, count), corrections.Slice(map.Corrections.Stride + first, count));
    }
}

/// <summary>dx from dy, for whoever reads it row by row.</summary>
sealed class MapCorrection(MapNormalization map, PlanBuffer dy) : Correction(dy, map.X, map.Vectors, map.Corrections)
{
    public override CorrectedRows Rows(PlanRun run) => new()
    {
        X = run[map.X],
        XStride = map.X.Stride,
        Vectors = map.VectorsOf(run, 0, map.Channels),
        Slope = run[map.Corrections][..map.Channels],
        Offset = run[map.Corrections].Slice(map.Corrections.Stride, map.Channels),
        Function = map.Function,
    };
}

/// <summary>dx from dy, a block of rows per task.</summary>
sealed class MapCorrect(MapNormalization map, PlanBuffer dy, PlanBuffer dx, bool accumulate)
    : Step("backward correction", map.Name, accumulate ? [map.X, map.Vectors, map.Corrections, dy, dx] : [map.X, map.Vectors, map.Corrections, dy], [dx])
{
    private readonly RowTasks rows = new(dx);

    public override int Tasks(int phase, int count) => rows.Count(count);

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var (first, count) = rows.Of(task, run.Count);
        var corrections = run[map.Corrections];
        NormalizeRowsBackward.Correct(
            run[map.X][(first * map.X.Stride)..], map.X.Stride, run[dy][(first * dy.Stride)..], dy.Stride, run[dx][(first * dx.Stride)..], dx.Stride,
            map.VectorsOf(run, 0, map.Channels), corrections[..map.Channels], corrections.Slice(map.Corrections.Stride, map.Channels), count, map.Channels,
            map.Function, accumulate, rows.IsLarge(run.Count));
    }
}
