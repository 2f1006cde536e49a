using System.Collections.Immutable;
using Batchwise.Kernels;

namespace Batchwise;

/// <summary>dW = x^T dz: a task makes a block of rows, each output summed over the batch in its order, and checks it.</summary>
sealed class DenseWeightGradient(string layer, PlanBuffer x, PlanBuffer dz, PlanBuffer gradient)
    : Step("dense weight gradient", layer, [x, dz], [gradient])
{
    private const int RowsPerTask = 96;

    public override ImmutableArray<PlanBuffer> Checked { get; } = [gradient];

    public override int Tasks(int phase, int count) => (gradient.Positions + RowsPerTask - 1) / RowsPerTask;

    public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        var first = task * RowsPerTask;
        var rows = Math.Min(RowsPerTask, gradient.Positions - first);
        var block = run[gradient].Slice(first * gradient.Stride, rows * gradient.Stride);
        Gemm.Block(rows, gradient.Channels, run.Rows(dz),
            run[x][first..], 1, x.Stride, run[dz], dz.Stride, block, gradient.Stride, accumulate: false);
        run.RequireFinite(block);
    }
}
