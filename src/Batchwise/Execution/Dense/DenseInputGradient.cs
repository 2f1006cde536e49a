using Batchwise.Kernels;

namespace Batchwise;

/// <summary>dx = dz W^T: a task makes a block of columns for the whole batch, then does what the layer before waits for.</summary>
sealed class DenseInputGradient(
    string layer, PlanBuffer dz, PlanBuffer transposed, PlanBuffer dx, bool accumulate, ColumnOperation? epilogue)
    : Step("dense input gradient", layer, [dz, transposed, .. epilogue?.Reads.Where(buffer => buffer != dx) ?? []], [dx, .. epilogue?.Writes ?? []])
{
    public override string Detail => epilogue is null ? "" : $"then {epilogue.Name}";

    public override int Tasks(int phase, int count) => ColumnBlock.Count(dx.Channels);

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var column = task * ColumnBlock.Width;
        var columns = Math.Min(ColumnBlock.Width, dx.Channels - column);
        Gemm.Block(run.Rows(dz), columns, dz.Channels,
            run[dz], dz.Stride, 1, run[transposed][column..], transposed.Stride, run[dx][column..], dx.Stride, accumulate);
        epilogue?.Run(column, columns, run);
    }
}
