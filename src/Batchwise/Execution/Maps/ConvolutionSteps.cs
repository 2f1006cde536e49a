using System.Collections.Immutable;
using Batchwise.Kernels;

namespace Batchwise;

/// <summary>y = x * W.</summary>
sealed class ConvolutionForward(string layer, ConvolutionKernel kernel, PlanBuffer x, PlanBuffer weight, PlanBuffer y)
    : BlockStep(Operation, layer, [x, weight], [y, kernel.Scratch], y)
{
    public new const string Operation = "convolution";

    protected override string OwnDetail => kernel.Detail;

    public override int Phases => kernel.Phases;

    protected override long OwnScratch => kernel.WorkerScratch;

    public override int Tasks(int phase, int count) => kernel.Tasks(phase, count);

    public override ConvolutionBlock Completes(int task, int count) => kernel.Completes(task, count);

    protected override void RunTask(int phase, int task, PlanRun run, Span<float> scratch) =>
        kernel.Run(phase, task, x, weight, Completed, accumulate: false, run, scratch);
}

/// <summary>dx (+)= dy * W, turned.</summary>
sealed class ConvolutionInputGradient(string layer, ConvolutionKernel kernel, PlanBuffer dx, PlanBuffer weight, PlanBuffer dy, bool accumulate)
    : BlockStep(Operation, layer, accumulate ? [dy, weight, dx] : [dy, weight], [dx, kernel.Scratch], dx)
{
    public new const string Operation = "convolution input gradient";

    protected override string OwnDetail => kernel.Detail;

    public override int Phases => kernel.Phases;

    protected override long OwnScratch => kernel.WorkerScratch;

    public override int Tasks(int phase, int count) => kernel.Tasks(phase, count);

    public override ConvolutionBlock Completes(int task, int count) => kernel.Completes(task, count);

    protected override void RunTask(int phase, int task, PlanRun run, Span<float> scratch) =>
        kernel.Run(phase, task, Completed, weight, dy, accumulate, run, scratch);
}

/// <summary>dW from x and dy, or from x and what dy is computed by. A task checks the part of dW that it completes.</summary>
sealed class ConvolutionWeightGradient(string layer, ConvolutionKernel kernel, PlanBuffer x, PlanBuffer dWeight, PlanBuffer dy, Correction? correction = null)
    : Step(Operation, layer, [x, .. correction?.Reads ?? [dy]], [dWeight, kernel.Scratch])
{
    public new const string Operation = "convolution weight gradient";

    public override string Detail => correction is null ? kernel.Detail : $"{kernel.Detail}, of rows corrected as they are read";

    public override int Phases => kernel.Phases;

    public override long WorkerScratch => kernel.WorkerScratch;

    public override int Tasks(int phase, int count) => kernel.Tasks(phase, count);

    /// <summary>dW where it is a parameter's gradient, not the joint one of several convolutions.</summary>
    public override ImmutableArray<PlanBuffer> Checked { get; } = dWeight.Region == BufferRegion.Gradients ? [dWeight] : [];

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        kernel.Run(phase, task, x, dWeight, dy, accumulate: false, run, scratch, correction);
        if (phase < Phases - 1 || Checked.IsEmpty)
            return;
        var block = kernel.CompletesWeights(task, run.Count);
        for (var row = 0; row < block.Rows; row++)
            run.RequireFinite(run[dWeight].Slice(block.First + row * block.Step, block.Length));
    }
}
