using Batchwise.Kernels;

namespace Batchwise;

/// <summary>y, the largest value under each window, and in training which that was.</summary>
sealed class MaxPoolForward(string layer, PoolShape shape, PlanBuffer x, PlanBuffer y, PlanBuffer? winners)
    : BlockStep("max pool", layer, [x], winners is null ? [y] : [y, winners], y)
{
    private readonly LineTasks tasks = LineTasks.OfResult(shape);

    protected override long OwnScratch => MaxPooling.Scratch(shape);

    public override int Tasks(int phase, int count) => tasks.Count(count);

    public override ConvolutionBlock Completes(int task, int count) => tasks.Block(task, count, shape.Channels);

    protected override void RunTask(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var (first, lines) = tasks.Of(task, run.Count);
        MaxPooling.Run(shape, run[x], x.Stride, run[Completed], Completed.Stride, winners is null ? default : run[winners], first, lines, scratch);
    }
}

/// <summary>dx from dy and the winners.</summary>
sealed class MaxPoolBackward(string layer, PoolShape shape, PlanBuffer winners, PlanBuffer dy, PlanBuffer dx, bool accumulate)
    : BlockStep("max pool backward", layer, accumulate ? [dy, winners, dx] : [dy, winners], [dx], dx)
{
    private readonly LineTasks tasks = new(shape.Height, shape.Width);

    public override int Tasks(int phase, int count) => tasks.Count(count);

    public override ConvolutionBlock Completes(int task, int count) => tasks.Block(task, count, shape.Channels);

    protected override void RunTask(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var (first, lines) = tasks.Of(task, run.Count);
        MaxPoolingBackward.Run(shape, run[dy], dy.Stride, run[winners], run[Completed], Completed.Stride, accumulate, first, lines);
    }
}
