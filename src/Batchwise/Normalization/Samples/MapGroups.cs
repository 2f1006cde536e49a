using System.Runtime.InteropServices;
using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// Groups of channels over the positions of a map, with gamma and beta per channel: batch normalization's kernels on the rows
/// of one sample, which is read again while it is in the cache, and a finish that merges the channels of each group.
/// </summary>
sealed class MapGroups(SampleBuffers buffers) : SampleKernel(buffers)
{
    private const int Doubles = 2;

    private readonly int positions = buffers.X.Positions;
    private readonly int channels = buffers.X.Channels;
    private readonly int groups = buffers.Groups;
    private readonly int perGroup = buffers.X.Channels / buffers.Groups;

    public override long Scratch => (long)(2 * Doubles + NormalizationVectors.Count + GroupMoments.ScratchVectors) * channels;

    public override void Forward(int first, int end, PlanRun run, Span<float> scratch)
    {
        for (var sample = first; sample < end; sample++)
            Forward(sample, run, scratch);
    }

    public override void Backward(
        int first, int end, PlanBuffer dy, PlanBuffer? dx, bool accumulate, Span<float> dGamma, Span<float> dBeta, PlanRun run, Span<float> scratch)
    {
        for (var sample = first; sample < end; sample++)
            Backward(sample, dy, dx, accumulate, dGamma, dBeta, run, scratch);
    }

    private void Forward(int sample, PlanRun run, Span<float> scratch)
    {
        var x = run[Buffers.X].Slice(sample * Buffers.Stride, Buffers.Stride);
        var mean = Double(scratch, 0)[..groups];
        var variance = Double(scratch, 1)[..groups];
        GroupMoments.Run(x, positions, channels, mean, variance, Single(scratch));
        var statistics = StatisticsOf(sample, run);
        for (var group = 0; group < groups; group++)
            RunStatistics.Of(mean[group], variance[group], Buffers.Layer.Epsilon).Write(statistics[(group * RunStatistics.Length)..]);
        NormalizeRows.Run(
            x, channels, run[Buffers.Y].Slice(sample * Buffers.Stride, Buffers.Stride), channels, VectorsOf(sample, run, scratch), positions, channels,
            Buffers.Function, Buffers.IsLarge(run.Count));
    }

    private void Backward(
        int sample, PlanBuffer dy, PlanBuffer? dx, bool accumulate, Span<float> dGamma, Span<float> dBeta, PlanRun run, Span<float> scratch)
    {
        var x = run[Buffers.X].Slice(sample * Buffers.Stride, Buffers.Stride);
        var gradient = run[dy].Slice(sample * Buffers.Stride, Buffers.Stride);
        var sums = Double(scratch, 0);
        var products = Double(scratch, 1);
        sums.Clear();
        products.Clear();
        var rest = Single(scratch);
        var vectors = VectorsOf(sample, run, scratch);
        for (var done = 0; done < positions; done += ColumnBlock.RowsInSingle)
        {
            var rows = Math.Min(ColumnBlock.RowsInSingle, positions - done);
            NormalizeRowsBackward.Reduce(
                x[(done * channels)..], channels, gradient[(done * channels)..], channels, vectors, rest[..(2 * channels)], rows, channels, Buffers.Function,
                Buffers.IsLarge(run.Count));
            Add(rest[..channels], sums);
            Add(rest.Slice(channels, channels), products);
        }
        var slope = rest[..channels];
        var offset = rest.Slice(channels, channels);
        GroupCorrection.Run(
            StatisticsOf(sample, run), positions, run[Buffers.Gamma][..channels], sums, products, dGamma[..channels], dBeta[..channels], slope, offset);
        if (dx is not null)
        {
            NormalizeRowsBackward.Correct(
                x, channels, gradient, channels, run[dx].Slice(sample * Buffers.Stride, Buffers.Stride), channels, vectors, slope, offset, positions, channels,
                Buffers.Function, accumulate, Buffers.IsLarge(run.Count));
        }
    }

    private static void Add(ReadOnlySpan<float> values, Span<double> sums)
    {
        for (var c = 0; c < sums.Length; c++)
            sums[c] += values[c];
    }

    private NormalizationVectors VectorsOf(int sample, PlanRun run, Span<float> scratch)
    {
        var vectors = new NormalizationVectors(scratch.Slice(2 * Doubles * channels, NormalizationVectors.Count * channels), channels, 0, channels);
        vectors.SetGroups(StatisticsOf(sample, run), run[Buffers.Gamma][..channels], run[Buffers.Beta][..channels]);
        return vectors;
    }

    private Span<float> StatisticsOf(int sample, PlanRun run) =>
        run[Buffers.Statistics].Slice(sample * groups * RunStatistics.Length, groups * RunStatistics.Length);

    /// <summary>One of the vectors of float64 in the scratch.</summary>
    private Span<double> Double(Span<float> scratch, int index) =>
        MemoryMarshal.Cast<float, double>(scratch[..(2 * Doubles * channels)]).Slice(index * channels, channels);

    /// <summary>The vectors of float32 behind the affine step's.</summary>
    private Span<float> Single(Span<float> scratch) =>
        scratch.Slice((2 * Doubles + NormalizationVectors.Count) * channels, GroupMoments.ScratchVectors * channels);
}
