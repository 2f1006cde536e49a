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
    private readonly int stride = buffers.Stride;

    public override long Scratch => (long)(2 * Doubles + NormalizationVectors.Count + GroupMoments.ScratchVectors) * channels;

    public override void Forward(int first, int end, PlanRun run, Span<float> scratch)
    {
        ReadOnlySpan<float> x = run[Buffers.X], gamma = run[Buffers.Gamma], beta = run[Buffers.Beta];
        Span<float> y = run[Buffers.Y], all = run[Buffers.Statistics], moments = Single(scratch);
        Span<double> mean = Double(scratch, 0)[..groups], variance = Double(scratch, 1)[..groups];
        var large = Buffers.IsLarge(run.Count);
        for (var sample = first; sample < end; sample++)
        {
            var own = x.Slice(sample * stride, stride);
            GroupMoments.Run(own, positions, channels, mean, variance, moments);
            var statistics = StatisticsOf(sample, all);
            for (var group = 0; group < groups; group++)
                RunStatistics.Of(mean[group], variance[group], Buffers.Layer.Epsilon).Write(statistics[(group * RunStatistics.Length)..]);
            NormalizeRows.Run(
                own, channels, y.Slice(sample * stride, stride), channels, VectorsOf(statistics, gamma, beta, scratch), positions, channels, Buffers.Function, large);
        }
    }

    public override void Backward(
        int first, int end, PlanBuffer dy, PlanBuffer? dx, bool accumulate, Span<float> dGamma, Span<float> dBeta, PlanRun run, Span<float> scratch)
    {
        ReadOnlySpan<float> x = run[Buffers.X], gradient = run[dy], gamma = run[Buffers.Gamma], beta = run[Buffers.Beta];
        Span<float> target = dx is null ? default : run[dx], all = run[Buffers.Statistics];
        Span<double> sums = Double(scratch, 0), products = Double(scratch, 1);
        Span<float> rest = Single(scratch), slope = rest[..channels], offset = rest.Slice(channels, channels);
        var large = Buffers.IsLarge(run.Count);
        for (var sample = first; sample < end; sample++)
        {
            var own = x.Slice(sample * stride, stride);
            var ownGradient = gradient.Slice(sample * stride, stride);
            var statistics = StatisticsOf(sample, all);
            var vectors = VectorsOf(statistics, gamma, beta, scratch);
            sums.Clear();
            products.Clear();
            for (var done = 0; done < positions; done += ColumnBlock.RowsInSingle)
            {
                var rows = Math.Min(ColumnBlock.RowsInSingle, positions - done);
                NormalizeRowsBackward.Reduce(
                    own[(done * channels)..], channels, ownGradient[(done * channels)..], channels, vectors, rest[..(2 * channels)], rows, channels, Buffers.Function, large);
                Add(rest[..channels], sums);
                Add(rest.Slice(channels, channels), products);
            }
            GroupCorrection.Run(statistics, positions, gamma[..channels], sums, products, dGamma[..channels], dBeta[..channels], slope, offset);
            if (dx is not null)
            {
                NormalizeRowsBackward.Correct(
                    own, channels, ownGradient, channels, target.Slice(sample * stride, stride), channels, vectors, slope, offset, positions, channels,
                    Buffers.Function, accumulate, large);
            }
        }
    }

    private static void Add(ReadOnlySpan<float> values, Span<double> sums)
    {
        for (var c = 0; c < sums.Length; c++)
            sums[c] += values[c];
    }

    private NormalizationVectors VectorsOf(ReadOnlySpan<float> statistics, ReadOnlySpan<float> gamma, ReadOnlySpan<float> beta, Span<float> scratch)
    {
        var vectors = new NormalizationVectors(scratch.Slice(2 * Doubles * channels, NormalizationVectors.Count * channels), channels, 0, channels);
        vectors.SetGroups(statistics, gamma[..channels], beta[..channels]);
        return vectors;
    }

    private Span<float> StatisticsOf(int sample, Span<float> all) => all.Slice(sample * groups * RunStatistics.Length, groups * RunStatistics.Length);

    /// <summary>One of the vectors of float64 in the scratch.</summary>
    private Span<double> Double(Span<float> scratch, int index) =>
        MemoryMarshal.Cast<float, double>(scratch[..(2 * Doubles * channels)]).Slice(index * channels, channels);

    /// <summary>The vectors of float32 behind the affine step's.</summary>
    private Span<float> Single(Span<float> scratch) =>
        scratch.Slice((2 * Doubles + NormalizationVectors.Count) * channels, GroupMoments.ScratchVectors * channels);
}
