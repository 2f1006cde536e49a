using Batchwise.Kernels;

namespace Batchwise;

/// <summary>The gradient of a bias that no activation follows: the sum of dy over the batch.</summary>
sealed class BiasGradient(PlanBuffer dy, PlanBuffer dBias) : ColumnOperation("bias gradient", [dy], [dBias])
{
    public override void Run(int column, int columns, PlanRun run)
    {
        var gradient = run[dBias].Slice(column, columns);
        SumColumns.Run(run[dy][column..], gradient, dy.Stride, run.Rows(dy));
    }
}
