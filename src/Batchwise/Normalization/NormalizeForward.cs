using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// Moments of a block of columns over the batch, or over each of its parts, then f((x - mean) scale + shift): all of
/// Algorithm 1 in one task.
/// </summary>
sealed class NormalizeForward(NormalizationBuffers buffers, StoredStatistics statistics)
    : ColumnOperation(
        $"{Describe(buffers.Layer)} + {buffers.Function.Kind}", [buffers.X, buffers.Gamma, buffers.Beta], [buffers.Vectors, buffers.Y])
{
    /// <summary>What plans call a layer.</summary>
    public static string Describe(ChannelNormalization layer) => layer is BatchNormalization ? "batch norm" : layer.Kind;

    public override void Run(int column, int columns, PlanRun run)
    {
        var rows = run.Rows(buffers.X);
        for (var part = 0; part < buffers.Parts(rows); part++)
        {
            var (first, count) = buffers.PartOf(part, rows);
            var x = run[buffers.X][(first * buffers.X.Stride + column)..];
            var channels = buffers.ChannelsOf(part, column, columns);
            if (buffers.UsesBatch)
                TakeMoments(x, part, count, column, channels, run);
            else
                statistics.Take(run.Source, column, channels);
            var vectors = buffers.VectorsOf(part, column, columns, run);
            ForwardFinish.Run(channels, run[buffers.Gamma].Slice(column, columns), run[buffers.Beta].Slice(column, columns), vectors);
            NormalizeColumns.Forward(
                x, vectors, run[buffers.Y][(first * buffers.Y.Stride + column)..], buffers.Y.Stride, count, columns, buffers.Function);
        }
    }

    private void TakeMoments(ReadOnlySpan<float> x, int part, int count, int column, Span<NormalizedChannel> channels, PlanRun run)
    {
        statistics.RequireEnough(run.Count, count, buffers.Node.Shape);
        Span<double> mean = stackalloc double[channels.Length];
        Span<double> squares = stackalloc double[channels.Length];
        Moments.OfColumns(x, buffers.X.Stride, count, mean, squares);
        statistics.Stage(column, mean, squares, count, part, run.Count);
        statistics.Take(column, mean, squares, count, channels);
    }
}
