using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels;

/// <summary>Means and squared deviations of columns, held against float64 on the same float32 values.</summary>
[Trait("leg", "instruction-set")]
public class MomentsTests
{
    /// <summary>Of the variance, whatever the mean: sums of 256 squares lose at most 5.1e-6 even if all their roundings are alike.</summary>
    private const double Bound = 1e-5;

    /// <summary>Of the mean, in deviations: it shows in the normalized values. The same roundings of the same number of terms.</summary>
    private const double MeanBound = 5.1e-6;

    [Fact]
    public void Every_width_and_number_of_rows_is_right()
    {
        for (var columns = 1; columns <= 70; columns++)
        {
            foreach (var rows in new[] { 1, 2, 3, 8, 61 })
                Verify(new GuardedMatrix(rows, columns, columns + columns % 5, (ulong)columns, mean: 2));
        }
    }

    [Theory]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(2048)]
    [InlineData(5000)]
    public void Many_rows_are_taken_in_chunks_that_are_merged(int rows) => Verify(new GuardedMatrix(rows, 19, 32, 3, mean: 5));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(-100, 1)]
    [InlineData(1e3, 1)]
    [InlineData(-3e5, 300)]
    [InlineData(1e-7, 1e-10)]
    [InlineData(1e4, 1e-2)]
    [InlineData(-1e6, 0.5)]
    public void A_large_mean_costs_no_accuracy(double mean, double deviation) =>
        Verify(new GuardedMatrix(700, 21, 24, 5, mean, deviation));

    [Fact]
    public void Two_values_by_turns_do_not_add_up_the_same_rounding_too_often()
    {
        // Equal squares round alike at every step: the worst case of a running sum.
        var random = new Philox(7, RandomPurpose.Experiment, 0);
        for (var trial = 0; trial < 40; trial++)
        {
            var x = new GuardedMatrix(1024, 16, 16);
            var sizes = Enumerable.Range(0, 16).Select(_ => 1 + random.NextSingle()).ToArray();
            x.Fill((row, column) => row / 2 % 2 == 0 ? sizes[column] : -sizes[column]);
            Verify(x);
        }
    }

    [Theory]
    [InlineData(1e3f)]
    [InlineData(-1e6f)]
    [InlineData(1e15f)]
    public void An_outlier_in_the_first_row_costs_no_accuracy(float outlier)
    {
        var x = new GuardedMatrix(300, 17, 17, 9);
        for (var column = 0; column < x.Columns; column++)
            x[0, column] = outlier;
        Verify(x);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.1f)]
    [InlineData(-12345.678f)]
    [InlineData(1e30f)]
    [InlineData(3.4e38f)]
    public void A_constant_column_has_exactly_no_deviation(float value)
    {
        foreach (var rows in new[] { 1, 2, 3, 60, 1000, 1024, 1025, 3000 })
        {
            var x = new GuardedMatrix(rows, 19, 19);
            x.Fill((_, _) => value);
            var (mean, squares) = Run(x);
            Assert.All(squares, square => Assert.Equal(0, square));
            Assert.All(mean, m => Assert.Equal((double)value, m));
        }
    }

    [Theory]
    [InlineData(1e30)]
    [InlineData(1e38)]
    public void Squares_that_overflow_float32_are_right(double deviation) => Verify(new GuardedMatrix(1200, 18, 18, 11, 0, deviation / 4));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void What_is_not_finite_is_seen_in_its_own_column_alone(float value)
    {
        foreach (var row in new[] { 0, 1, 36, 1100 })
        {
            var x = new GuardedMatrix(1101, 13, 16, 13);
            x[row, 4] = value;
            var (mean, squares) = Run(x);
            for (var column = 0; column < x.Columns; column++)
            {
                Assert.Equal(column != 4, double.IsFinite(squares[column]));
                Assert.Equal(column != 4, double.IsFinite(mean[column]));
            }
        }
    }

    [Fact]
    public void Merged_moments_are_those_of_the_whole()
    {
        var x = new GuardedMatrix(100, 1, 1, 15, 1e3, 1);
        var values = x.Column(0);
        var (mean, squares) = Exact(values);
        foreach (var cut in new[] { 1, 37, 99 })
        {
            var (left, right) = (Exact(values[..cut]), Exact(values[cut..]));
            var merged = Moments.Merge(cut, left.Mean, left.Squares, 100 - cut, right.Mean, right.Squares);
            Assert.Equal(mean, merged.Mean, 1e-12 * Math.Abs(mean));
            Assert.Equal(squares, merged.Squares, 1e-9 * squares);
        }
    }

    [Fact]
    public void Spans_that_are_too_short_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Moments.OfColumns(new float[19], 10, 2, new double[10], new double[10]));
        Assert.Throws<ArgumentException>(() => Moments.OfColumns(new float[20], 10, 2, new double[10], new double[9]));
    }

    private static void Verify(GuardedMatrix x)
    {
        var (mean, squares) = Run(x);
        for (var column = 0; column < x.Columns; column++)
        {
            var (exactMean, exactSquares) = Exact(x.Column(column));
            Assert.True(Math.Abs(squares[column] - exactSquares) <= Bound * exactSquares,
                FormattableString.Invariant($"Column {column} of {x.Columns}, {x.Rows} rows: squares {squares[column]:R}, expected {exactSquares:R}, relative error {Math.Abs(squares[column] / exactSquares - 1):E2}."));
            var deviation = Math.Sqrt(exactSquares / x.Rows);
            Assert.True(Math.Abs(mean[column] - exactMean) <= MeanBound * deviation + 1e-15 * Math.Abs(exactMean),
                FormattableString.Invariant($"Column {column} of {x.Columns}, {x.Rows} rows: mean {mean[column]:R}, expected {exactMean:R}, deviation {deviation:R}."));
        }
    }

    private static (double[] Mean, double[] Squares) Run(GuardedMatrix x)
    {
        var (mean, squares) = (new double[x.Columns], new double[x.Columns]);
        Moments.OfColumns(x.Span, x.Stride, x.Rows, mean, squares);
        return (mean, squares);
    }

    private static (double Mean, double Squares) Exact(double[] values)
    {
        var mean = values.Average();
        // The average's own rounding is taken out: what is left of the sum of deviations is far below it.
        mean += values.Average(value => value - mean);
        return (mean, values.Sum(value => (value - mean) * (value - mean)));
    }
}
