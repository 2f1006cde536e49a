using Batchwise.Kernels;
using Batchwise.Tests.Networks;

namespace Batchwise.Tests.Kernels;

/// <summary>Sums and maps of groups of channels, held against their definitions.</summary>
[Trait("leg", "instruction-set")]
public class GroupRowsTests
{
    private const int Width = GroupMatrix.Width;

    public static TheoryData<int> RowCounts => [1, 2, 3, 4, 5, 63, 64, 65, 131];

    [Theory]
    [MemberData(nameof(RowCounts))]
    public void Sums_and_products_are_those_of_the_definition(int rows)
    {
        for (var size = 1; size <= Width; size++)
        {
            var x = new GuardedMatrix(rows, size, size + size % 3, (ulong)size, mean: 1);
            var y = new GuardedMatrix(rows, size, size + 5, (ulong)size + 50);
            var (sums, products, plain) = (new double[size], Garbage(), Garbage());
            var (xMean, yMean) = (Numbers.Normal(size, 1), Numbers.Normal(size, 2));
            GroupRows.Sum(x.Span, x.Stride, rows, sums);
            GroupRows.Products(x.Span, x.Stride, xMean, y.Span, y.Stride, yMean, rows, products);
            GroupRows.Products(x.Span, x.Stride, xMean, y.Span, y.Stride, default, rows, plain);
            for (var i = 0; i < Width; i++)
            {
                if (i < size)
                    Assert.Equal(x.Column(i).Sum(), sums[i], 1e-12 * rows);
                for (var j = 0; j < Width; j++)
                {
                    double Sum(double shift) => i >= size || j >= size ? 0
                        : x.Column(i).Zip(y.Column(j), (left, right) => (left - xMean[i]) * (right - shift)).Sum();
                    Assert.Equal(Sum(j < size ? yMean[j] : 0), products[i * Width + j], 1e-11);
                    Assert.Equal(Sum(0), plain[i * Width + j], 1e-11);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(RowCounts))]
    public void Maps_are_those_of_the_definition_and_touch_nothing_else(int rows)
    {
        for (var size = 1; size <= Width; size++)
        {
            var x = new GuardedMatrix(rows, size, size + size % 3, (ulong)size, mean: 1);
            var z = new GuardedMatrix(rows, size, size + 2, (ulong)size + 50);
            var (mean, offset, a, b) = (Numbers.Normal(size, 1), Numbers.Normal(size, 2), Matrix(size, 3), Matrix(size, 4));
            double OfX(int row, int j) => offset[j] + Enumerable.Range(0, size).Sum(i => (x[row, i] - mean[i]) * a[i * Width + j]);
            double OfZ(int row, int j) => Enumerable.Range(0, size).Sum(i => z[row, i] * b[i * Width + j]);

            var y = new GuardedMatrix(rows, size, size + 3);
            GroupRows.Map(x.Span, x.Stride, mean, a, offset, y.Span, y.Stride, rows);
            y.AssertNear(OfX, 1e-7, 1e-7);
            y.AssertGuardsHold();
            GroupRows.Map(x.Span, x.Stride, mean, a, z.Span, z.Stride, b, offset, y.Span, y.Stride, rows, accumulate: false);
            y.AssertNear((row, j) => OfX(row, j) + OfZ(row, j), 1e-7, 1e-7);
            GroupRows.Map(x.Span, x.Stride, mean, a, z.Span, z.Stride, b, offset, y.Span, y.Stride, rows, accumulate: true);
            y.AssertNear((row, j) => 2 * (OfX(row, j) + OfZ(row, j)), 2e-7, 1e-7);
            y.AssertGuardsHold();
        }
    }

    [Fact]
    public void Rows_that_are_too_short_are_refused()
    {
        Assert.Throws<ArgumentException>(() => GroupRows.Sum(new float[9], 5, 2, new double[5]));
        Assert.Throws<ArgumentException>(() => GroupRows.Sum(new float[40], 20, 2, new double[17]));
        Assert.Throws<ArgumentException>(() => GroupRows.Map(
            new float[10], 5, new double[5], new double[GroupMatrix.Length - 1], new double[5], new float[10], 5, 2));
    }

    private static double[] Garbage()
    {
        var matrix = new double[GroupMatrix.Length];
        matrix.AsSpan().Fill(double.NaN);
        return matrix;
    }

    private static double[] Matrix(int size, ulong stream)
    {
        var (values, matrix) = (Numbers.Normal(size * size, stream), new double[GroupMatrix.Length]);
        for (var i = 0; i < size; i++)
            values.AsSpan(i * size, size).CopyTo(matrix.AsSpan(i * Width, size));
        return matrix;
    }
}
