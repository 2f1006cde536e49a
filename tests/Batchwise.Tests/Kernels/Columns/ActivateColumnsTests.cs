using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels;

/// <summary>Biases and functions on blocks of columns, and their gradients.</summary>
[Trait("leg", "instruction-set")]
public class ActivateColumnsTests
{
    // Rounding of x + b (6e-8 of values up to 4, which the functions do not enlarge), and a few units of the functions themselves.
    private const double Bound = 5e-7;

    public static TheoryData<string> Functions => ColumnFunctions.All;

    [Theory, MemberData(nameof(Functions))]
    public void Forward_is_the_function_of_the_biased_value(string name)
    {
        var kind = ColumnFunctions.Kind(name);
        for (var columns = 1; columns <= 70; columns++)
        {
            var x = new GuardedMatrix(5, columns, columns + columns % 7, (ulong)columns);
            var y = new GuardedMatrix(5, columns, x.Stride);
            var bias = new GuardedMatrix(1, columns, columns, 100 + (ulong)columns);
            var before = x.Copy();
            ActivateColumns.Forward(x.Span, bias.Span, y.Span, x.Stride, 5, columns, ColumnFunctions.Of(kind));
            y.AssertNear((row, column) => ColumnFunctions.Value(kind, (double)x[row, column] + bias[0, column]), Bound, 1);
            y.AssertGuardsHold();
            Assert.Equal(before.Span, x.Span);

            ActivateColumns.Forward(x.Span, bias.Span, x.Span, x.Stride, 5, columns, ColumnFunctions.Of(kind));
            Assert.Equal(y.Span, x.Span);
            ActivateColumns.Forward(before.Span, default, y.Span, x.Stride, 5, columns, ColumnFunctions.Of(kind));
            y.AssertNear((row, column) => ColumnFunctions.Value(kind, before[row, column]), Bound, 1);
        }
    }

    [Theory, MemberData(nameof(Functions))]
    public void Backward_is_the_derivative_told_from_what_is_kept_and_the_sum_of_it(string name)
    {
        var kind = ColumnFunctions.Kind(name);
        for (var columns = 1; columns <= 70; columns++)
        {
            const int rows = 6;
            var kept = new GuardedMatrix(rows, columns, columns + columns % 7, (ulong)columns);
            kept.Fill((row, column) => (float)ColumnFunctions.Kept(kind, kept[row, column]));
            var dy = new GuardedMatrix(rows, columns, kept.Stride, 100 + (ulong)columns);
            var (dx, bias) = (dy.Copy(), new GuardedMatrix(1, columns, columns));
            ActivateColumns.Backward(kept.Span, dx.Span, bias.Span, kept.Stride, rows, columns, ColumnFunctions.Of(kind));
            dx.AssertNear((row, column) => dy[row, column] * ColumnFunctions.Derivative(kind, kept[row, column]), Bound, 1);
            bias.AssertNear((_, column) => dx.Column(column).Sum(), Bound, rows);
            dx.AssertGuardsHold();
            bias.AssertGuardsHold();

            var again = dy.Copy();
            ActivateColumns.Backward(kept.Span, again.Span, default, kept.Stride, rows, columns, ColumnFunctions.Of(kind));
            Assert.Equal(dx.Span, again.Span);
        }
    }

    [Theory, MemberData(nameof(Functions))]
    public void NaN_comes_through_and_stays_in_its_place(string name)
    {
        var kind = ColumnFunctions.Kind(name);
        var x = new GuardedMatrix(3, 21, 21, 1);
        x[1, 17] = float.NaN;
        ActivateColumns.Forward(x.Span, default, x.Span, 21, 3, 21, ColumnFunctions.Of(kind));
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 21; column++)
                Assert.Equal((row, column) == (1, 17), float.IsNaN(x[row, column]));
        }
    }

    [Fact]
    public void At_zero_a_rectifier_has_the_slope_of_its_left()
    {
        var (y, dy) = (new GuardedMatrix(1, 2, 2), new GuardedMatrix(1, 2, 2));
        y.Fill((_, column) => column == 0 ? 0f : -0f);
        dy.Fill((_, _) => 3);
        var leaky = dy.Copy();
        ActivateColumns.Backward(y.Span, dy.Span, default, 2, 1, 2, ColumnFunctions.Of(ActivationKind.Relu));
        ActivateColumns.Backward(y.Span, leaky.Span, default, 2, 1, 2, ColumnFunctions.Of(ActivationKind.LeakyRelu));
        Assert.Equal([0f, 0f], dy.Span.ToArray());
        Assert.Equal([0.75f, 0.75f], leaky.Span.ToArray());
    }

    [Fact]
    public void Sums_of_columns_are_right_at_every_width()
    {
        for (var columns = 1; columns <= 70; columns++)
        {
            var x = new GuardedMatrix(61, columns, columns + columns % 3, (ulong)columns, mean: 1);
            var sums = new GuardedMatrix(1, columns, columns);
            SumColumns.Run(x.Span, sums.Span, x.Stride, x.Rows);
            // 61 roundings of at most half a unit of a sum of about 61.
            sums.AssertNear((_, column) => x.Column(column).Sum(), 1e-6, 61);
            sums.AssertGuardsHold();
        }
    }
}
