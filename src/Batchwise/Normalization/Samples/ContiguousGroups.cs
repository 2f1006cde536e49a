using Batchwise.Kernels;

namespace Batchwise;

/// <summary>Groups whose values lie in one piece, with gamma and beta for each: whole samples, or pieces of a vector.</summary>
sealed class ContiguousGroups(SampleBuffers buffers) : SampleKernel(buffers)
{
    public override long Scratch => 0;

    private int Length => Buffers.Sample.Size / Buffers.Groups;

    public override void Forward(int sample, PlanRun run, Span<float> scratch)
    {
        for (var group = 0; group < Buffers.Groups; group++)
        {
            var (start, first) = (sample * Buffers.Stride + group * Length, group * Length);
            var x = run[Buffers.X].Slice(start, Length);
            var (mean, squares) = RunMoments.Of(x);
            var statistics = RunStatistics.Of(mean, squares / Length, Buffers.Layer.Epsilon);
            statistics.Write(StatisticsOf(sample, group, run));
            NormalizeRun.Run(
                x, run[Buffers.Y].Slice(start, Length), run[Buffers.Gamma].Slice(first, Length), run[Buffers.Beta].Slice(first, Length),
                statistics, Buffers.Function, Buffers.Streams(run.Count));
        }
    }

    public override void Backward(
        int sample, PlanBuffer dy, PlanBuffer? dx, bool accumulate, Span<float> dGamma, Span<float> dBeta, PlanRun run, Span<float> scratch)
    {
        for (var group = 0; group < Buffers.Groups; group++)
        {
            var (start, first) = (sample * Buffers.Stride + group * Length, group * Length);
            var x = run[Buffers.X].Slice(start, Length);
            var gradient = run[dy].Slice(start, Length);
            var gamma = run[Buffers.Gamma].Slice(first, Length);
            var beta = run[Buffers.Beta].Slice(first, Length);
            var statistics = RunStatistics.Read(StatisticsOf(sample, group, run));
            var (sum, product) = NormalizeRunBackward.Reduce(
                x, gradient, gamma, beta, statistics, dGamma.Slice(first, Length), dBeta.Slice(first, Length), Buffers.Function);
            if (dx is null)
                continue;
            NormalizeRunBackward.Correct(
                x, gradient, run[dx].Slice(start, Length), gamma, beta, statistics,
                (float)(-statistics.InvStd * product / Length), (float)(-statistics.InvStd * sum / Length),
                Buffers.Function, accumulate, Buffers.Streams(run.Count));
        }
    }
}
