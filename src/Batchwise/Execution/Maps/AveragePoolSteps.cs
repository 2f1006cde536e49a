using Batchwise.Kernels;

namespace Batchwise;

/// <summary>y, the average under each window.</summary>
sealed class AveragePoolForward(string layer, PoolShape shape, float[] factors, PlanBuffer x, PlanBuffer y)
    : BlockStep("average pool", layer, [x], [y], y)
{
    private readonly LineTasks tasks = new(shape.OutHeight, shape.OutWidth);

    protected override long OwnScratch => AveragePooling.Scratch(shape);

    public override int Tasks(int phase, int count) => tasks.Count(count);

    public override ConvolutionBlock Completes(int task, int count) => tasks.Block(task, count, shape.Channels);

    protected override void RunTask(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var (first, lines) = tasks.Of(task, run.Count);
        AveragePooling.Forward(shape, factors, run[x], x.Stride, run[Completed], Completed.Stride, first, lines, scratch);
    }
}

/// <summary>dx from dy.</summary>
sealed class AveragePoolBackward(string layer, PoolShape shape, float[] factors, PlanBuffer dy, PlanBuffer dx, bool accumulate)
    : BlockStep("average pool backward", layer, accumulate ? [dy, dx] : [dy], [dx], dx)
{
    private readonly LineTasks tasks = new(shape.Height, shape.Width);

    protected override long OwnScratch => AveragePooling.Scratch(shape);

    public override int Tasks(int phase, int count) => tasks.Count(count);

    public override ConvolutionBlock Completes(int task, int count) => tasks.Block(task, count, shape.Channels);

    protected override void RunTask(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var (first, lines) = tasks.Of(task, run.Count);
        AveragePooling.Backward(shape, factors, run[dy], dy.Stride, run[Completed], Completed.Stride, accumulate, first, lines, scratch);
    }
}
