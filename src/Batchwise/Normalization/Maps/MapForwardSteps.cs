using Batchwise.Kernels;

namespace Batchwise;

/// <summary>Moments of each block of rows into its slot.</summary>
sealed class MapMoments(MapNormalization map) : Step("moments", map.Name, [map.X], [map.Slots])
{
    public override long WorkerScratch => (long)RowMoments.ScratchVectors * map.Channels;

    public override int Tasks(int phase, int count) => map.RowTasks(count);

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var (first, rows) = map.RowsOf(task, run.Count);
        var slot = task * map.Channels;
        RowMoments.Run(run[map.X].Slice(first * map.Channels, rows * map.Channels), rows, map.Channels,
            map.First.AsSpan(slot, map.Channels), map.Second.AsSpan(slot, map.Channels), scratch);
    }
}

/// <summary>Merges the slots, stages the statistics, and computes what the affine step needs; or takes stored statistics.</summary>
sealed class MapFinish(MapNormalization map, StoredStatistics statistics, bool usesBatch)
    : Step("finish", map.Name, [map.Slots, map.Gamma, map.Beta], [map.Vectors])
{
    public override string Detail => usesBatch ? "" : "stored statistics";

    public override int Tasks(int phase, int count) => map.ChannelTasks;

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var (first, count) = MapNormalization.ChannelsOf(task, map.Channels);
        var channels = map.Normalized.AsSpan(first, count);
        if (usesBatch)
            TakeMoments(first, channels, run);
        else
            statistics.Take(run.Source, first, channels);
        ForwardFinish.Run(
            channels, run[map.Gamma].Slice(first, count), run[map.Beta].Slice(first, count),
            new NormalizationVectors(run[map.Vectors], map.Vectors.Stride, first, count));
    }

    private void TakeMoments(int first, Span<NormalizedChannel> channels, PlanRun run)
    {
        var m = map.X.Rows(run.Count);
        statistics.RequireEnough(run.Count, m, map.Node.Shape);
        Span<double> mean = stackalloc double[channels.Length];
        Span<double> squares = stackalloc double[channels.Length];
        Merge(first, run.Count, mean, squares);
        if (!statistics.Stage(first, mean, squares, m, part: 0, run.Count))
            run.Fail();
        statistics.Take(first, mean, squares, m, channels);
    }

    private void Merge(int first, int count, Span<double> mean, Span<double> squares)
    {
        map.First.AsSpan(first, mean.Length).CopyTo(mean);
        map.Second.AsSpan(first, mean.Length).CopyTo(squares);
        var before = map.RowsOf(0, count).Count;
        for (var block = 1; block < map.RowTasks(count); block++)
        {
            var rows = map.RowsOf(block, count).Count;
            var slot = block * map.Channels + first;
            for (var c = 0; c < mean.Length; c++)
                (mean[c], squares[c]) = Moments.Merge(before, mean[c], squares[c], rows, map.First[slot + c], map.Second[slot + c]);
            before += rows;
        }
    }
}

/// <summary>y = f((x - mean) scale + shift), a block of rows per task.</summary>
sealed class MapAffine(MapNormalization map)
    : Step("affine", map.Name, [map.X, map.Vectors], [map.Y])
{
    public override string Detail => $"then {map.Function.Kind}";

    public override int Tasks(int phase, int count) => map.RowTasks(count);

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var (first, rows) = map.RowsOf(task, run.Count);
        var (start, length) = (first * map.Channels, rows * map.Channels);
        NormalizeRows.Run(run[map.X].Slice(start, length), run[map.Y].Slice(start, length), map.VectorsOf(run), rows, map.Channels,
            map.Function, map.Streams(run.Count));
    }
}
