using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels;

/// <summary>Biases, sums and functions over blocks of rows, held against float64: apart from each other and dense, few and many, narrow and wide.</summary>
[Trait("leg", "instruction-set")]
public class ActivateRowsTests
{
    private const double Bound = 2e-6;

    public static TheoryData<string> Functions => ColumnFunctions.All;

    [Theory, MemberData(nameof(Functions))]
    public void Forward_and_backward_are_right(string name)
    {
        var kind = ColumnFunctions.Kind(name);
        foreach (var channels in new[] { 1, 3, 8, 9, 16, 24, 33, 48, 64, 100 })
        {
            foreach (var rows in new[] { 1, 21, 389 })
            {
                Verify(kind, rows, channels, dense: false);
                Verify(kind, rows, channels, dense: true);
            }
        }
    }

    private static void Verify(ActivationKind kind, int rows, int channels, bool dense)
    {
        var function = ColumnFunctions.Of(kind);
        var x = Matrix(padding: 5, stream: 1);
        var other = Matrix(padding: 2, stream: 2);
        var bias = new GuardedMatrix(1, channels, channels, 3);
        var y = Matrix(padding: 3, stream: 4);
        ActivateRows.Forward(x.Span, x.Stride, bias.Span, y.Span, y.Stride, rows, channels, function);
        y.AssertNear((row, c) => ColumnFunctions.Value(kind, (double)x[row, c] + bias[0, c]), Bound, 1);
        y.AssertGuardsHold();
        ActivateRows.Forward(x.Span, x.Stride, [], y.Span, y.Stride, rows, channels, function);
        y.AssertNear((row, c) => ColumnFunctions.Value(kind, x[row, c]), Bound, 1);
        ActivateRows.Sum(x.Span, x.Stride, other.Span, other.Stride, y.Span, y.Stride, rows, channels, function);
        y.AssertNear((row, c) => ColumnFunctions.Value(kind, (double)x[row, c] + other[row, c]), Bound, 1);
        y.AssertGuardsHold();

        var kept = function.NeedsArgument ? x : y;
        var dx = Matrix(padding: 4, stream: 5);
        var sums = new GuardedMatrix(1, channels, channels, 6);
        ActivateRows.Backward(kept.Span, kept.Stride, other.Span, other.Stride, dx.Span, dx.Stride, sums.Span, rows, channels, function);
        dx.AssertNear(Gradient, Bound, 1);
        dx.AssertGuardsHold();
        sums.AssertNear((_, c) => Enumerable.Range(0, rows).Sum(row => Gradient(row, c)), Bound, rows);
        sums.AssertGuardsHold();
        var before = dx.Copy();
        ActivateRows.Backward(kept.Span, kept.Stride, other.Span, other.Stride, dx.Span, dx.Stride, [], rows, channels, function);
        Assert.Equal(before.Span, dx.Span);

        GuardedMatrix Matrix(int padding, ulong stream) => new(rows, channels, dense ? channels : channels + padding, stream);

        double Gradient(int row, int c) => other[row, c] * ColumnFunctions.Derivative(kind, kept[row, c]);
    }
}
