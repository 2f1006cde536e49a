using System.Runtime.InteropServices;
using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// Groups of channels over the positions of a map, with gamma and beta per channel: batch normalization's kernels on the rows
/// of one sample, which is read again while it is in the cache, and a finish that merges the channels of each group.
/// </summary>
sealed class MapGroups(SampleBuffers buffers) : SampleKernel(buffers)
{
    private const int Doubles = 4;
    private const int Vectors = 3;

    public override long Scratch => (long)(2 * Doubles + Vectors + RowMoments.ScratchVectors) * Channels;

    private int Channels => Buffers.X.Channels;

    private int PerGroup => Channels / Buffers.Groups;

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
        var all = run[Buffers.Statistics];
        var x = run[Buffers.X].Slice(sample * Buffers.Stride, Buffers.Stride);
        var mean = Part(scratch, 0);
        var squares = Part(scratch, 1);
        var chunkMean = Part(scratch, 2);
        var chunkSquares = Part(scratch, 3);
        var sums = Sums(scratch);
        for (var done = 0; done < Buffers.X.Positions; done += ColumnBlock.RowsInSingle)
        {
            var rows = Math.Min(ColumnBlock.RowsInSingle, Buffers.X.Positions - done);
            var first = done == 0;
            RowMoments.Run(x[(done * Channels)..], Channels, rows, Channels, first ? mean : chunkMean, first ? squares : chunkSquares, sums);
            for (var c = 0; c < Channels && !first; c++)
                (mean[c], squares[c]) = Moments.Merge(done, mean[c], squares[c], rows, chunkMean[c], chunkSquares[c]);
        }
        for (var group = 0; group < Buffers.Groups; group++)
            Statistics(mean.Slice(group * PerGroup, PerGroup), squares.Slice(group * PerGroup, PerGroup)).Write(StatisticsOf(sample, group, all));
        NormalizeRows.Run(
            x, Channels, run[Buffers.Y].Slice(sample * Buffers.Stride, Buffers.Stride), Channels, VectorsOf(sample, run, scratch), Buffers.X.Positions, Channels,
            Buffers.Function, Buffers.Streams(run.Count));
    }

    private void Backward(
        int sample, PlanBuffer dy, PlanBuffer? dx, bool accumulate, Span<float> dGamma, Span<float> dBeta, PlanRun run, Span<float> scratch)
    {
        var all = run[Buffers.Statistics];
        var x = run[Buffers.X].Slice(sample * Buffers.Stride, Buffers.Stride);
        var gradient = run[dy].Slice(sample * Buffers.Stride, Buffers.Stride);
        var sums = Part(scratch, 0);
        var products = Part(scratch, 1);
        sums.Clear();
        products.Clear();
        var rest = Sums(scratch);
        var vectors = VectorsOf(sample, run, scratch);
        for (var done = 0; done < Buffers.X.Positions; done += ColumnBlock.RowsInSingle)
        {
            var rows = Math.Min(ColumnBlock.RowsInSingle, Buffers.X.Positions - done);
            NormalizeRowsBackward.Reduce(
                x[(done * Channels)..], Channels, gradient[(done * Channels)..], Channels, vectors, rest[..(2 * Channels)], rows, Channels, Buffers.Function);
            for (var c = 0; c < Channels; c++)
            {
                sums[c] += rest[c];
                products[c] += rest[Channels + c];
            }
        }
        var slope = rest[..Channels];
        var offset = rest.Slice(Channels, Channels);
        var gamma = run[Buffers.Gamma];
        for (var group = 0; group < Buffers.Groups; group++)
            Finish(group, RunStatistics.Read(StatisticsOf(sample, group, all)), gamma, sums, products, dGamma, dBeta, slope, offset);
        if (dx is not null)
        {
            NormalizeRowsBackward.Correct(
                x, Channels, gradient, Channels, run[dx].Slice(sample * Buffers.Stride, Buffers.Stride), Channels, vectors, slope, offset, Buffers.X.Positions, Channels,
                Buffers.Function, accumulate, Buffers.Streams(run.Count));
        }
    }

    /// <summary>From the moments of a group's channels, which all have as many values, to the group's.</summary>
    private RunStatistics Statistics(ReadOnlySpan<double> mean, ReadOnlySpan<double> squares)
    {
        double center = 0, variance = 0;
        foreach (var value in mean)
            center += value / mean.Length;
        for (var c = 0; c < mean.Length; c++)
            variance += (squares[c] / Buffers.X.Positions + (mean[c] - center) * (mean[c] - center)) / mean.Length;
        return RunStatistics.Of(center, variance, Buffers.Layer.Epsilon);
    }

    /// <summary>From sum(g) and sum(g (x - mean)) of a group's channels to all that they are for.</summary>
    private void Finish(
        int group, RunStatistics statistics, ReadOnlySpan<float> gamma, ReadOnlySpan<double> sums, ReadOnlySpan<double> products,
        Span<float> dGamma, Span<float> dBeta, Span<float> slope, Span<float> offset)
    {
        double invStd = statistics.InvStd, sum = 0, sumXHat = 0;
        var first = group * PerGroup;
        for (var c = first; c < first + PerGroup; c++)
        {
            var product = invStd * products[c] + statistics.Offset * sums[c];
            dGamma[c] += (float)product;
            dBeta[c] += (float)sums[c];
            sum += gamma[c] * sums[c];
            sumXHat += gamma[c] * product;
        }
        var values = (double)PerGroup * Buffers.X.Positions;
        slope.Slice(first, PerGroup).Fill((float)(-invStd * invStd * sumXHat / values));
        offset.Slice(first, PerGroup).Fill((float)(-invStd * (sum + statistics.Offset * sumXHat) / values));
    }

    private NormalizationVectors VectorsOf(int sample, PlanRun run, Span<float> scratch)
    {
        var all = run[Buffers.Statistics];
        var vectors = new NormalizationVectors(scratch.Slice(2 * Doubles * Channels, Vectors * Channels), Channels, 0, Channels);
        var mean = vectors.Mean;
        var scale = vectors.Scale;
        var shift = vectors.Shift;
        var gamma = run[Buffers.Gamma];
        var beta = run[Buffers.Beta];
        for (var group = 0; group < Buffers.Groups; group++)
        {
            var statistics = RunStatistics.Read(StatisticsOf(sample, group, all));
            for (var c = group * PerGroup; c < (group + 1) * PerGroup; c++)
            {
                mean[c] = statistics.Mean;
                scale[c] = gamma[c] * statistics.InvStd;
                shift[c] = float.MultiplyAddEstimate(gamma[c], statistics.Offset, beta[c]);
            }
        }
        return vectors;
    }

    /// <summary>One of the vectors of float64 in the scratch.</summary>
    private Span<double> Part(Span<float> scratch, int index) =>
        MemoryMarshal.Cast<float, double>(scratch[..(2 * Doubles * Channels)]).Slice(index * Channels, Channels);

    /// <summary>What the kernels need of the scratch.</summary>
    private Span<float> Sums(Span<float> scratch) =>
        scratch.Slice((2 * Doubles + Vectors) * Channels, RowMoments.ScratchVectors * Channels);
}
