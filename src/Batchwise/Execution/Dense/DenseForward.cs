using Batchwise.Kernels;

namespace Batchwise;

/// <summary>z = x W: a task makes a block of columns for the whole batch, then does what is to be done with it.</summary>
sealed class DenseForward(string layer, PlanBuffer x, PlanBuffer weight, PlanBuffer z, ColumnOperation? epilogue)
    : Step("dense forward", layer, [x, weight, .. epilogue?.Reads.Where(buffer => buffer != z) ?? []], [z, .. epilogue?.Writes ?? []])
{
    public override string Detail => epilogue is null ? "" : $"then {epilogue.Name}";

    public override int Tasks(int phase, int count) => ColumnBlock.Count(z.Channels);

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var column = task * ColumnBlock.Width;
        var columns = Math.Min(ColumnBlock.Width, z.Channels - column);
        Gemm.Block(run.Rows(z), columns, x.Channels,
            run[x], x.Stride, 1, run[weight][column..], weight.Stride, run[z][column..], z.Stride, accumulate: false);
        epilogue?.Run(column, columns, run);
    }
}
