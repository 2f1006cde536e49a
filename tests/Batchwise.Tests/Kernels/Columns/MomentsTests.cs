using Batchwise.Kernels;
using Batchwise.Tests.Networks;

namespace Batchwise.Tests.Kernels.Columns;

/// <summary>
/// Moments against float64 on the same float32 values, to the bound of 1e-5 on the variance; means to 3e-6 deviations, what
/// float32 sums of 1,024 values leave.
/// </summary>
[Trait("leg", "instruction-set")]
public class MomentsTests
{
    private const double Bound = 1e-5;

    public static TheoryData<string> Data => ["ordinary", "mean of a thousand deviations", "mean 1e4, deviation 1e-2", "outlier first", "outliers in the first rows", "huge", "tiny"];

    [Theory]
    [MemberData(nameof(Data))]
    public void Of_columns(string kind)
    {
        foreach (var (rows, columns) in new[] { (2, 1), (3, 17), (60, 100), (1024, 33), (1025, 5), (3000, 40) })
        {
            var x = Values(kind, rows, columns);
            var (mean, squares) = (new double[columns], new double[columns]);
            Moments.OfColumns(x, columns, rows, mean, squares);
            Check(x, rows, columns, mean, squares);
        }
    }

    [Theory]
    [MemberData(nameof(Data))]
    public void Of_rows(string kind)
    {
        foreach (var (rows, columns) in new[] { (1, 3), (2, 1), (3, 17), (64, 100), (1023, 33), (1024, 64) })
        {
            var x = Values(kind, rows, columns);
            var (mean, squares) = (new double[columns], new double[columns]);
            RowMoments.Run(x, rows, columns, mean, squares, new float[3 * columns]);
            Check(x, rows, columns, mean, squares);
        }
    }

    [Fact]
    public void A_constant_channel_has_no_deviations()
    {
        var x = new float[500];
        Array.Fill(x, 0.1f);
        var (mean, squares) = (new double[1], new double[1]);
        Moments.OfColumns(x, 1, 500, mean, squares);
        Assert.Equal(0, squares[0], 12);
        Assert.Equal(0.1f, mean[0], 9);
        RowMoments.Run(x, 500, 1, mean, squares, new float[3]);
        Assert.Equal(0, squares[0], 12);
    }

    [Fact]
    public void Merging_parts_gives_the_whole()
    {
        var x = Values("ordinary", 700, 1);
        var (mean, squares) = (new double[1], new double[1]);
        Moments.OfColumns(x.AsSpan(0, 300), 1, 300, mean, squares);
        var (first, firstSquares) = (mean[0], squares[0]);
        Moments.OfColumns(x.AsSpan(300), 1, 400, mean, squares);
        var (merged, mergedSquares) = Moments.Merge(300, first, firstSquares, 400, mean[0], squares[0]);
        Check(x, 700, 1, [merged], [mergedSquares]);
    }

    private static void Check(float[] x, int rows, int columns, double[] means, double[] squares)
    {
        for (var c = 0; c < columns; c++)
        {
            double mean = 0, sum = 0;
            for (var r = 0; r < rows; r++)
                mean += (double)x[r * columns + c] / rows;
            for (var r = 0; r < rows; r++)
                sum += (x[r * columns + c] - mean) * (x[r * columns + c] - mean);
            Assert.True(Math.Abs(squares[c] - sum) <= Bound * sum, $"{rows} x {columns}, column {c}: {squares[c]:R}, not {sum:R}");
            Assert.True(Math.Abs(means[c] - mean) <= 3e-6 * Math.Sqrt(sum / rows) + 1e-13 * Math.Abs(mean), $"{rows} x {columns}, column {c}: mean {means[c]:R}, not {mean:R}");
        }
    }

    private static float[] Values(string kind, int rows, int columns)
    {
        var (mean, deviation) = kind switch
        {
            "mean of a thousand deviations" => (1000.0, 1.0),
            "mean 1e4, deviation 1e-2" => (1e4, 1e-2),
            "huge" => (1e30, 1e30),
            "tiny" => (1e-15, 1e-15),
            _ => (0.3, 1.0),
        };
        var x = Numbers.Normal(rows * columns, 4, mean, deviation).Select(value => (float)value).ToArray();
        if (kind == "outlier first")
            x.AsSpan(0, columns).Fill(3000);
        if (kind == "outliers in the first rows")
            x.AsSpan(0, Math.Min(rows, 16) * columns).Fill(-500);
        return x;
    }
}
