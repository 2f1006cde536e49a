using Batchwise.Kernels;

namespace Batchwise;

/// <summary>The two sums of the backward step of each block of rows into its slot.</summary>
sealed class MapReduce(MapNormalization map, PlanBuffer dy) : Step("backward sums", map.Name, [map.X, map.Vectors, dy], [map.Slots])
{
    public override long WorkerScratch => 2L * map.Channels;

    public override int Tasks(int phase, int count) => map.RowTasks(count);

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var (first, rows) = map.RowsOf(task, run.Count);
        var (start, length) = (first * map.Channels, rows * map.Channels);
        var sums = scratch[..(2 * map.Channels)];
        NormalizeRowsBackward.Reduce(
            run[map.X].Slice(start, length), run[dy].Slice(start, length), map.VectorsOf(run), sums, rows, map.Channels, map.Function);
        var slot = task * map.Channels;
        for (var c = 0; c < map.Channels; c++)
        {
            map.First[slot + c] = sums[c];
            map.Second[slot + c] = sums[map.Channels + c];
        }
    }
}

/// <summary>Merges the slots into the gradients of gamma and beta and what the correction needs.</summary>
sealed class MapFinishBackward(MapNormalization map, PlanBuffer dGamma, PlanBuffer dBeta)
    : Step("backward finish", map.Name, [map.Slots, map.Vectors, map.Gamma], [map.Corrections, dGamma, dBeta])
{
    public override int Tasks(int phase, int count) => map.ChannelTasks;

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var (first, count) = MapNormalization.ChannelsOf(task, map.Channels);
        Span<double> sums = stackalloc double[count];
        Span<double> products = stackalloc double[count];
        sums.Clear();
        products.Clear();
        for (var block = 0; block < map.RowTasks(run.Count); block++)
        {
            var slot = block * map.Channels + first;
            for (var c = 0; c < count; c++)
            {
                sums[c] += map.First[slot + c];
                products[c] += map.Second[slot + c];
            }
        }
        var corrections = run[map.Corrections];
        var gammaGradient = run[dGamma].Slice(first, count);
        var betaGradient = run[dBeta].Slice(first, count);
        BackwardFinish.Run(
            map.Normalized.AsSpan(first, count), run[map.Gamma].Slice(first, count), sums, products, map.X.Rows(run.Count),
            gammaGradient, betaGradient,
            corrections.Slice(first, count), corrections.Slice(map.Corrections.Stride + first, count));
        run.RequireFinite(gammaGradient);
        run.RequireFinite(betaGradient);
    }
}

/// <summary>dx from dy, a block of rows per task.</summary>
sealed class MapCorrect(MapNormalization map, PlanBuffer dy, PlanBuffer dx, bool accumulate)
    : Step("backward correction", map.Name, accumulate ? [map.X, map.Vectors, map.Corrections, dy, dx] : [map.X, map.Vectors, map.Corrections, dy], [dx])
{
    public override int Tasks(int phase, int count) => map.RowTasks(count);

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var (first, rows) = map.RowsOf(task, run.Count);
        var (start, length) = (first * map.Channels, rows * map.Channels);
        var corrections = run[map.Corrections];
        NormalizeRowsBackward.Correct(
            run[map.X].Slice(start, length), run[dy].Slice(start, length), run[dx].Slice(start, length), map.VectorsOf(run),
            corrections[..map.Channels], corrections.Slice(map.Corrections.Stride, map.Channels), rows, map.Channels, map.Function,
            accumulate, map.Streams(run.Count));
    }
}
