using Batchwise.Kernels;

namespace Batchwise;

/// <summary>Groups whose values lie in one piece, with gamma and beta for each: whole samples, or pieces of a vector.</summary>
sealed class ContiguousGroups(SampleBuffers buffers) : SampleKernel(buffers)
{
    public override long Scratch => 0;

    private readonly int length = buffers.Sample.Size / buffers.Groups;

    public override void Forward(int first, int end, PlanRun run, Span<float> scratch)
    {
        var x = run[Buffers.X];
        var y = run[Buffers.Y];
        var gamma = run[Buffers.Gamma];
        var beta = run[Buffers.Beta];
        var all = run[Buffers.Statistics];
        var stream = Buffers.IsLarge(run.Count);
        for (var sample = first; sample < end; sample++)
        {
            for (var group = 0; group < Buffers.Groups; group++)
            {
                var (start, channel) = (sample * Buffers.Stride + group * length, group * length);
                var values = x.Slice(start, length);
                var (mean, squares) = RunMoments.Of(values);
                var statistics = RunStatistics.Of(mean, squares / length, Buffers.Layer.Epsilon);
                statistics.Write(StatisticsOf(sample, group, all));
                NormalizeRun.Run(
                    values, y.Slice(start, length), gamma.Slice(channel, length), beta.Slice(channel, length), statistics, Buffers.Function, stream);
            }
        }
    }

    public override void Backward(
        int first, int end, PlanBuffer dy, PlanBuffer? dx, bool accumulate, Span<float> dGamma, Span<float> dBeta, PlanRun run, Span<float> scratch)
    {
        var x = run[Buffers.X];
        var given = run[dy];
        var wanted = dx is null ? default : run[dx];
        var gamma = run[Buffers.Gamma];
        var beta = run[Buffers.Beta];
        var all = run[Buffers.Statistics];
        var stream = Buffers.IsLarge(run.Count);
        for (var sample = first; sample < end; sample++)
        {
            for (var group = 0; group < Buffers.Groups; group++)
            {
                var (start, channel) = (sample * Buffers.Stride + group * length, group * length);
                var values = x.Slice(start, length);
                var gradient = given.Slice(start, length);
                var scales = gamma.Slice(channel, length);
                var shifts = beta.Slice(channel, length);
                var statistics = RunStatistics.Read(StatisticsOf(sample, group, all));
                var (sum, product) = NormalizeRunBackward.Reduce(
                    values, gradient, scales, shifts, statistics, dGamma.Slice(channel, length), dBeta.Slice(channel, length), Buffers.Function);
                if (wanted.IsEmpty)
                    continue;
                NormalizeRunBackward.Correct(
                    values, gradient, wanted.Slice(start, length), scales, shifts, statistics,
                    (float)(-statistics.InvStd * product / length), (float)(-statistics.InvStd * sum / length), Buffers.Function, accumulate, stream);
            }
        }
    }

    /// <summary>The statistics of one group of one sample, among those of the batch.</summary>
    private Span<float> StatisticsOf(int sample, int group, Span<float> all) =>
        all.Slice((sample * Buffers.Groups + group) * RunStatistics.Length, RunStatistics.Length);
}
