using Batchwise.Kernels;

namespace Batchwise;

/// <summary>y = PReLU(x) on maps, a block of rows per task.</summary>
sealed class PreluMapForward(string layer, PlanBuffer x, PlanBuffer slope, PlanBuffer y) : Step("Prelu", layer, [x, slope], [y])
{
    private readonly RowTasks rows = new(x);

    public override int Tasks(int phase, int count) => rows.Count(count);

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var (first, count) = rows.Of(task, run.Count);
        var (start, length) = (first * x.Channels, count * x.Channels);
        PreluRows.Forward(run[x].Slice(start, length), run[slope], run[y].Slice(start, length), count, rows.IsLarge(run.Count));
    }
}

/// <summary>dx of a block of rows, and the block's part of the slopes' gradient in its slot.</summary>
sealed class PreluMapBackward(string layer, PlanBuffer x, PlanBuffer slope, PlanBuffer dy, PlanBuffer? dx, bool accumulate, PlanBuffer slots)
    : Step("Prelu backward", layer, dx is not null && accumulate ? [x, slope, dy, dx] : [x, slope, dy], dx is null ? [slots] : [slots, dx])
{
    private readonly RowTasks rows = new(x);

    public override int Tasks(int phase, int count) => rows.Count(count);

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var (first, count) = rows.Of(task, run.Count);
        var (start, length) = (first * x.Channels, count * x.Channels);
        PreluRows.Backward(
            run[x].Slice(start, length), run[dy].Slice(start, length), run[slope], dx is null ? default : run[dx].Slice(start, length),
            run[slots].Slice(task * slots.Stride, slots.Channels), count, accumulate, rows.IsLarge(run.Count));
    }
}

/// <summary>The slopes' gradient: the slots summed in the blocks' order.</summary>
sealed class PreluMapFinish(string layer, PlanBuffer x, PlanBuffer slots, PlanBuffer dSlope) : Step("merge gradients", layer, [slots], [dSlope])
{
    private readonly RowTasks rows = new(x);

    public override int Tasks(int phase, int count) => 1;

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var gradient = run[dSlope];
        SumColumns.Run(run[slots], gradient, slots.Stride, rows.Count(run.Count));
    }
}
