using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// z = x W where no gradient is wanted and no batch is normalized: a task makes a block of rows and columns, so that the work
/// divides evenly.
/// </summary>
sealed class DenseBlocks(string layer, PlanBuffer x, PlanBuffer weight, PlanBuffer z)
    : BlockStep("dense forward", layer, [x, weight], [z], z)
{
    public override int Tasks(int phase, int count)
    {
        var (rows, columns) = DenseBlocking.Blocks(count, Completed.Channels, x.Channels);
        return rows.Count * columns.Count;
    }

    public override ConvolutionBlock Completes(int task, int count)
    {
        var (rows, columns) = DenseBlocking.Blocks(count, Completed.Channels, x.Channels);
        var (row, column) = Math.DivRem(task, columns.Count);
        return new(rows.Start(row), rows.Length(row), columns.Start(column), columns.Length(column));
    }

    protected override void RunTask(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var block = Completes(task, run.Count);
        Gemm.Block(block.Rows, block.Channels, x.Channels,
            run[x][(block.FirstRow * x.Stride)..], x.Stride, 1, run[weight][block.FirstChannel..], weight.Stride,
            run[Completed][(block.FirstRow * Completed.Stride + block.FirstChannel)..], Completed.Stride, accumulate: false);
    }
}
