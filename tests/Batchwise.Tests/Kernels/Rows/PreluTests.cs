using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels;

/// <summary>The parametric rectifier by rows and by columns; slopes of either sign.</summary>
[Trait("leg", "instruction-set")]
public class PreluTests
{
    private const double Bound = 1e-6;

    private static readonly int[] Heights = [1, 3, 4, 9, 33];

    // Narrow rows of which there are that many are taken several at a time.
    private const int Tall = 519;

    [Fact]
    public void By_rows_every_size_is_right()
    {
        for (var channels = 1; channels <= 40; channels++)
        {
            foreach (var rows in Heights.Append(Tall))
            {
                var (x, dy) = (new GuardedMatrix(rows, channels, channels, 1), new GuardedMatrix(rows, channels, channels, 2));
                var slope = new GuardedMatrix(1, channels, channels, 3);
                var y = new GuardedMatrix(rows, channels, channels);
                PreluRows.Forward(x.Span, slope.Span, y.Span, rows, large: false);
                AssertForward(x, slope, y);

                foreach (var accumulate in new[] { false, true })
                {
                    var dx = new GuardedMatrix(rows, channels, channels, 4);
                    var before = dx.Copy();
                    var sums = new GuardedMatrix(1, channels, channels, 5);
                    PreluRows.Backward(x.Span, dy.Span, slope.Span, dx.Span, sums.Span, rows, accumulate, large: false);
                    AssertBackward(x, dy, slope, dx, sums, accumulate ? before : null);
                    var alone = new GuardedMatrix(1, channels, channels, 6);
                    PreluRows.Backward(x.Span, dy.Span, slope.Span, default, alone.Span, rows, accumulate: false, large: false);
                    Assert.Equal(sums.Span, alone.Span);
                }
            }
        }
    }

    [Fact]
    public void By_columns_every_size_is_right()
    {
        for (var columns = 1; columns <= 40; columns++)
        {
            foreach (var rows in Heights)
            {
                foreach (var biased in new[] { false, true })
                {
                    var stride = columns + columns % 7;
                    var x = new GuardedMatrix(rows, columns, stride, 1);
                    var (slope, bias) = (new GuardedMatrix(1, columns, columns, 3), new GuardedMatrix(1, columns, columns, 4));
                    var y = new GuardedMatrix(rows, columns, stride);
                    var before = x.Copy();
                    PreluColumns.Forward(x.Span, biased ? bias.Span : default, slope.Span, y.Span, stride, rows);
                    x.AssertNear((row, column) => biased ? before[row, column] + bias[0, column] : before[row, column], Bound, 0);
                    AssertForward(x, slope, y);

                    var dy = new GuardedMatrix(rows, columns, stride, 2);
                    var dx = dy.Copy();
                    var (sums, dBias) = (new GuardedMatrix(1, columns, columns, 5), new GuardedMatrix(1, columns, columns, 6));
                    PreluColumns.Backward(x.Span, dx.Span, slope.Span, sums.Span, biased ? dBias.Span : default, stride, rows);
                    AssertBackward(x, dy, slope, dx, sums, null);
                    if (biased)
                        dBias.AssertNear((_, column) => Enumerable.Range(0, rows).Sum(row => (double)dx[row, column]), Bound, rows);
                    dBias.AssertGuardsHold();
                }
            }
        }
    }

    [Fact]
    public void Blocks_that_are_too_short_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PreluRows.Forward(new float[7], new float[4], new float[8], rows: 2, large: false));
        Assert.Throws<ArgumentException>(() => PreluRows.Backward(new float[8], new float[8], new float[4], new float[7], new float[4], 2, false, false));
    }

    private static void AssertForward(GuardedMatrix x, GuardedMatrix slope, GuardedMatrix y)
    {
        y.AssertNear((row, column) => x[row, column] > 0 ? x[row, column] : (double)slope[0, column] * x[row, column], Bound, 0);
        y.AssertGuardsHold();
        x.AssertGuardsHold();
    }

    private static void AssertBackward(GuardedMatrix x, GuardedMatrix dy, GuardedMatrix slope, GuardedMatrix dx, GuardedMatrix sums, GuardedMatrix? before)
    {
        dx.AssertNear(
            (row, column) => (before is null ? 0 : before[row, column]) + (x[row, column] > 0 ? dy[row, column] : (double)slope[0, column] * dy[row, column]), Bound, 1);
        sums.AssertNear(
            (_, column) => Enumerable.Range(0, x.Rows).Sum(row => x[row, column] > 0 ? 0 : (double)x[row, column] * dy[row, column]), Bound, x.Rows);
        dx.AssertGuardsHold();
        sums.AssertGuardsHold();
    }
}
