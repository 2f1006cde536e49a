using Batchwise.Kernels;

namespace Batchwise;

/// <summary>y = f(x + bias), from one buffer to another or in place.</summary>
sealed class ActivateForward(PlanBuffer x, PlanBuffer? bias, PlanBuffer y, ActivationFunction function)
    : ColumnOperation(Describe(bias, function), bias is null ? [x] : [x, bias], [y])
{
    public override void Run(int column, int columns, PlanRun run) => ActivateColumns.Forward(
        run[x][column..], bias is null ? default : run[bias].Slice(column, columns), run[y][column..],
        y.Stride, run.Rows(y), columns, function);

    /// <summary>y = f(x + bias), and x increased by the bias where y is another buffer: the argument, which backward then finds there.</summary>
    public static ColumnOperation Keeping(PlanBuffer x, PlanBuffer? bias, PlanBuffer y, ActivationFunction function) => x == y || bias is null
        ? new ActivateForward(x, bias, y, function)
        : new ColumnSequence(new ActivateForward(x, bias, x, ActivationFunction.Identity), new ActivateForward(x, null, y, function));

    private static string Describe(PlanBuffer? bias, ActivationFunction function) => (bias, function.Kind) switch
    {
        (null, _) => function.Kind.ToString(),
        (_, ActivationKind.Identity) => "bias",
        _ => $"bias + {function.Kind}",
    };
}

/// <summary>dx = dy f', told from what forward kept, in place of dy; the bias's gradient on the way.</summary>
sealed class ActivateBackward(PlanBuffer kept, PlanBuffer dy, PlanBuffer? dBias, ActivationFunction function)
    : ColumnOperation($"{function.Kind} backward", [kept, dy], dBias is null ? [dy] : [dy, dBias])
{
    public override void Run(int column, int columns, PlanRun run)
    {
        var gradient = dBias is null ? default : run[dBias].Slice(column, columns);
        ActivateColumns.Backward(run[kept][column..], run[dy][column..], gradient, dy.Stride, run.Rows(dy), columns, function);
    }
}
