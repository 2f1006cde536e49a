using Batchwise.Kernels;

namespace Batchwise;

/// <summary>Statistics and output of every sample, a block of samples per task: no other task has a part in them.</summary>
sealed class SampleForward(SampleBuffers buffers, SampleKernel kernel)
    : Step("normalize samples", buffers.Name, [buffers.X, buffers.Gamma, buffers.Beta], [buffers.Statistics, buffers.Y])
{
    public override string Detail => $"then {buffers.Function.Kind}";

    public override long WorkerScratch => kernel.Scratch;

    public override int Tasks(int phase, int count) => buffers.Blocks(count);

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var (first, end) = buffers.SamplesOf(task, run.Count);
        kernel.Forward(first, end, run, scratch);
    }
}

/// <summary>dx of every sample, and what the samples of a block add to the gradients of gamma and beta, in the block's slot.</summary>
sealed class SampleBackward(SampleBuffers buffers, SampleKernel kernel, PlanBuffer dy, PlanBuffer? dx, bool accumulate)
    : Step(
        "normalize samples backward", buffers.Name,
        dx is not null && accumulate
            ? [buffers.X, buffers.Gamma, buffers.Beta, buffers.Statistics, dy, dx]
            : [buffers.X, buffers.Gamma, buffers.Beta, buffers.Statistics, dy],
        dx is null ? [buffers.Slots] : [buffers.Slots, dx])
{
    public override long WorkerScratch => kernel.Scratch;

    public override int Tasks(int phase, int count) => buffers.Blocks(count);

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var stride = buffers.Slots.Stride;
        var dGamma = run[buffers.Slots].Slice(2 * task * stride, buffers.Affine);
        var dBeta = run[buffers.Slots].Slice((2 * task + 1) * stride, buffers.Affine);
        dGamma.Clear();
        dBeta.Clear();
        var (first, end) = buffers.SamplesOf(task, run.Count);
        kernel.Backward(first, end, dy, dx, accumulate, dGamma, dBeta, run, scratch);
    }
}

/// <summary>The gradients of gamma and beta: the slots summed in the blocks' order.</summary>
sealed class SampleFinish(SampleBuffers buffers, PlanBuffer dGamma, PlanBuffer dBeta)
    : Step("merge gradients", buffers.Name, [buffers.Slots], [dGamma, dBeta])
{
    private const int PerTask = 1024;

    public override int Tasks(int phase, int count) => (buffers.Affine + PerTask - 1) / PerTask;

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var first = task * PerTask;
        var length = Math.Min(PerTask, buffers.Affine - first);
        Merge(first, run[dGamma].Slice(first, length), run);
        Merge(buffers.Slots.Stride + first, run[dBeta].Slice(first, length), run);
    }

    private void Merge(int start, Span<float> gradient, PlanRun run)
    {
        SumColumns.Run(run[buffers.Slots][start..], gradient, 2 * buffers.Slots.Stride, buffers.Blocks(run.Count));
    }
}
