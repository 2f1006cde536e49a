using Batchwise.Kernels;

namespace Batchwise;

/// <summary>y = f(x + bias), from one buffer to another or in place.</summary>
sealed class ActivateForward(PlanBuffer x, PlanBuffer? bias, PlanBuffer y, ActivationFunction function)
    : ColumnOperation(Describe(bias, function), bias is null ? [x] : [x, bias], [y])
{
    public override void Run(int column, int columns, PlanRun run) => ActivateColumns.Forward(
        run[x][column..], bias is null ? default : run[bias].Slice(column, columns), run[y][column..],
        y.Stride, run.Rows(y), columns, function);

    private static string Describe(PlanBuffer? bias, ActivationFunction function) => (bias, function.Kind) switch
    {
        (null, _) => function.Kind.ToString(),
        (_, ActivationKind.Identity) => "bias",
        _ => $"bias + {function.Kind}",
    };
}

/// <summary>dx = dy f', told from y, in place of dy; the bias's gradient on the way.</summary>
sealed class ActivateBackward(PlanBuffer y, PlanBuffer dy, PlanBuffer? dBias, ActivationFunction function)
    : ColumnOperation($"{function.Kind} backward", [y, dy], dBias is null ? [dy] : [dy, dBias])
{
    public override void Run(int column, int columns, PlanRun run)
    {
        var gradient = dBias is null ? default : run[dBias].Slice(column, columns);
        ActivateColumns.Backward(run[y][column..], run[dy][column..], gradient, y.Stride, run.Rows(y), columns, function);
    }
}
