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

/// <summary>dW from x and dy, or from x and what dy is computed by.</summary>
sealed class ConvolutionWeightGradient(string layer, ConvolutionKernel kernel, PlanBuffer x, PlanBuffer dWeight, PlanBuffer dy, Correction? correction = null)
    : Step(Operation, layer, [x, .. correction?.Reads ?? [dy]], [dWeight, kernel.Scratch])
{
    public new const string Operation = "convolution weight gradient";

    public override string Detail => correction is null ? kernel.Detail : $"{kernel.Detail}, of rows corrected as they are read";

    public override int Phases => kernel.Phases;

    public override long WorkerScratch => kernel.WorkerScratch;

    public override int Tasks(int phase, int count) => kernel.Tasks(phase, count);

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch) =>
        kernel.Run(phase, task, x, dWeight, dy, accumulate: false, run, scratch, correction);
}
