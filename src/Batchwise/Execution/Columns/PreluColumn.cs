using Batchwise.Kernels;

namespace Batchwise;

/// <summary>y = PReLU(x + bias); where there is a bias, x becomes x + bias, which backward tells the sign from.</summary>
sealed class PreluForward(PlanBuffer x, PlanBuffer? bias, PlanBuffer slope, PlanBuffer y)
    : ColumnOperation(bias is null ? "Prelu" : "bias + Prelu", bias is null ? [x, slope] : [x, bias, slope], bias is null ? [y] : [x, y])
{
    public override void Run(int column, int columns, PlanRun run) => PreluColumns.Forward(
        run[x][column..], bias is null ? default : run[bias].Slice(column, columns), run[slope].Slice(column, columns), run[y][column..],
        y.Stride, run.Rows(y));
}

/// <summary>dx from dy, in place; the gradients of the slopes and of a bias on the way.</summary>
sealed class PreluBackward(PlanBuffer x, PlanBuffer dy, PlanBuffer slope, PlanBuffer dSlope, PlanBuffer? dBias)
    : ColumnOperation("Prelu backward", [x, dy, slope], dBias is null ? [dy, dSlope] : [dy, dSlope, dBias])
{
    public override void Run(int column, int columns, PlanRun run)
    {
        var slopeGradient = run[dSlope].Slice(column, columns);
        var biasGradient = dBias is null ? default : run[dBias].Slice(column, columns);
        PreluColumns.Backward(run[x][column..], run[dy][column..], run[slope].Slice(column, columns), slopeGradient, biasGradient, dy.Stride, run.Rows(dy));
    }
}
