using Batchwise.Kernels;

namespace Batchwise;

/// <summary>Moments of each block of rows into its slot.</summary>
sealed class MapMoments(MapNormalization map) : BlockOperation("moments", [map.X], [map.Slots])
{
    public override long WorkerScratch => (long)RowMoments.ScratchVectors * map.Channels;

    public override void Run(int slot, ConvolutionBlock block, PlanRun run, Span<float> scratch)
    {
        var x = run[map.X][block.FirstChannel..];
        var means = map.First.Of(slot, block);
        var squares = map.Second.Of(slot, block);
        Span<double> partMeans = stackalloc double[block.Rows > ColumnBlock.RowsInSingle ? block.Channels : 0];
        Span<double> partSquares = stackalloc double[partMeans.Length];
        for (var done = 0; done < block.Rows; done += ColumnBlock.RowsInSingle)
        {
            var rows = Math.Min(ColumnBlock.RowsInSingle, block.Rows - done);
            var part = x[((block.FirstRow + done) * map.X.Stride)..];
            if (done == 0)
            {
                RowMoments.Run(part, map.X.Stride, rows, block.Channels, means, squares, scratch);
                continue;
            }
            RowMoments.Run(part, map.X.Stride, rows, block.Channels, partMeans, partSquares, scratch);
            for (var c = 0; c < block.Channels; c++)
                (means[c], squares[c]) = Moments.Merge(done, means[c], squares[c], rows, partMeans[c], partSquares[c]);
        }
    }
}

/// <summary>Merges the slots, stages the statistics, and computes what the affine step needs; or takes stored statistics.</summary>
sealed class MapFinish(MapNormalization map, StoredStatistics statistics, IBlocks? blocks)
    : Step("finish", map.Name, [map.Slots, map.Gamma, map.Beta], [map.Vectors])
{
    public override string Detail => blocks is null ? "stored statistics" : "";

    public override int Tasks(int phase, int count) => map.ChannelTasks;

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var (first, count) = MapNormalization.ChannelsOf(task, map.Channels);
        var channels = map.Normalized.AsSpan(first, count);
        if (blocks is not null)
            TakeMoments(blocks, first, channels, run);
        else
            statistics.Take(run.Source, first, channels);
        ForwardFinish.Run(channels, run[map.Gamma].Slice(first, count), run[map.Beta].Slice(first, count), map.VectorsOf(run, first, count));
    }

    private void TakeMoments(IBlocks blocks, int first, Span<NormalizedChannel> channels, PlanRun run)
    {
        var m = map.X.Rows(run.Count);
        statistics.RequireEnough(run.Count, m, map.Node.Shape);
        Span<double> mean = stackalloc double[channels.Length];
        Span<double> squares = stackalloc double[channels.Length];
        Merge(blocks, first, run.Count, mean, squares);
        statistics.Stage(first, mean, squares, m, part: 0, run.Count);
        statistics.Take(first, mean, squares, m, channels);
    }

    private void Merge(IBlocks blocks, int first, int count, Span<double> mean, Span<double> squares)
    {
        Span<int> before = stackalloc int[mean.Length];
        before.Clear();
        mean.Clear();
        squares.Clear();
        for (var slot = 0; slot < blocks.Slots(count); slot++)
        {
            var block = blocks.Block(slot, count);
            var (start, length) = BlockSums.Channels(block, first, mean.Length);
            // Channels may have been cut into blocks in other ways, so that some have more rows behind them than others.
            for (var done = 0; done < length;)
            {
                var (channel, rows) = (start + done, before[start + done]);
                var other = before.Slice(channel, length - done).IndexOfAnyExcept(rows);
                var same = other < 0 ? length - done : other;
                Moments.Merge(
                    rows, mean.Slice(channel, same), squares.Slice(channel, same), block.Rows,
                    map.First.Of(slot, first + channel, same), map.Second.Of(slot, first + channel, same));
                before.Slice(channel, same).Fill(rows + block.Rows);
                done += same;
            }
        }
    }
}

/// <summary>y = f((x - mean) scale + shift), a block of rows per task.</summary>
sealed class MapAffine(MapNormalization map, PlanBuffer y)
    : Step("affine", map.Name, [map.X, map.Vectors], [y])
{
    private readonly RowTasks rows = new(y);

    public override string Detail => $"then {map.Function.Kind}";

    public override int Tasks(int phase, int count) => rows.Count(count);

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var (first, count) = rows.Of(task, run.Count);
        NormalizeRows.Run(
            run[map.X][(first * map.X.Stride)..], map.X.Stride, run[y][(first * y.Stride)..], y.Stride,
            map.VectorsOf(run, 0, map.Channels), count, map.Channels, map.Function, rows.IsLarge(run.Count));
    }
}
