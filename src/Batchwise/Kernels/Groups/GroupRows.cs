using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>
/// Sums over rows of a group of up to 16 channels, and affine maps of them: float32 in memory, float64 in between, so that
/// an ill-conditioned covariance costs no more digits than the data had.
/// </summary>
internal static unsafe class GroupRows
{
    private const int Width = GroupMatrix.Width;

    /// <summary>Rows that are converted together: three such pieces fit the first-level cache.</summary>
    private const int Chunk = 64;

    /// <summary>The sum of every column.</summary>
    /// <param name="x">The first row's first channel: rows of <paramref name="stride"/> floats.</param>
    /// <param name="stride">Floats from row to row.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="sums">Receives one sum per channel.</param>
    public static void Sum(ReadOnlySpan<float> x, int stride, int rows, Span<double> sums)
    {
        Require(x, stride, rows, sums.Length);
        sums.Clear();
        for (var row = 0; row < rows; row++)
        {
            var values = x.Slice(row * stride, sums.Length);
            for (var c = 0; c < values.Length; c++)
                sums[c] += values[c];
        }
    }

    /// <summary>products[i, j] = the sum over rows of (x - xMean)[i] (y - yMean)[j].</summary>
    /// <param name="x">The first row's first channel of x: rows of <paramref name="xStride"/> floats.</param>
    /// <param name="xStride">Floats from row to row of x.</param>
    /// <param name="xMean">What is subtracted from x: one value per channel.</param>
    /// <param name="y">The same of y; may be x.</param>
    /// <param name="yStride">Floats from row to row of y.</param>
    /// <param name="yMean">What is subtracted from y; empty for nothing.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="products">Receives the sums: a <see cref="GroupMatrix"/>.</param>
    [SkipLocalsInit]
    public static void Products(
        ReadOnlySpan<float> x, int xStride, ReadOnlySpan<double> xMean, ReadOnlySpan<float> y, int yStride, ReadOnlySpan<double> yMean,
        int rows, Span<double> products)
    {
        var size = xMean.Length;
        Require(x, xStride, rows, size);
        Require(y, yStride, rows, size);
        products[..GroupMatrix.Length].Clear();
        var left = stackalloc double[Chunk * Width];
        var right = stackalloc double[Chunk * Width];
        fixed (float* px = x, py = y)
        fixed (double* mx = xMean, my = yMean, sums = products)
        {
            for (var row = 0; row < rows; row += Chunk)
            {
                var count = Math.Min(Chunk, rows - row);
                Load(px + (nint)row * xStride, xStride, mx, count, size, left);
                Load(py + (nint)row * yStride, yStride, my, count, size, right);
                GroupMatrix.Product(size, count, size, left, 1, Width, right, sums, accumulate: true);
            }
        }
    }

    /// <summary>y (+)= (x - mean) a + offset.</summary>
    /// <param name="x">The first row's first channel: rows of <paramref name="stride"/> floats.</param>
    /// <param name="stride">Floats from row to row.</param>
    /// <param name="mean">What is subtracted: one value per channel.</param>
    /// <param name="a">The map: a <see cref="GroupMatrix"/>.</param>
    /// <param name="offset">What is added: one value per channel.</param>
    /// <param name="y">The first row's first channel of the result.</param>
    /// <param name="yStride">Floats from row to row of y.</param>
    /// <param name="rows">How many rows.</param>
    public static void Map(
        ReadOnlySpan<float> x, int stride, ReadOnlySpan<double> mean, ReadOnlySpan<double> a, ReadOnlySpan<double> offset,
        Span<float> y, int yStride, int rows) =>
        Map(x, stride, mean, a, default, 0, default, offset, y, yStride, rows, accumulate: false);

    /// <summary>y (+)= (x - mean) a + z b + offset.</summary>
    /// <param name="x">The first row's first channel: rows of <paramref name="stride"/> floats.</param>
    /// <param name="stride">Floats from row to row.</param>
    /// <param name="mean">What is subtracted from x: one value per channel.</param>
    /// <param name="a">The map of x: a <see cref="GroupMatrix"/>.</param>
    /// <param name="z">The first row's first channel of z; empty for none.</param>
    /// <param name="zStride">Floats from row to row of z.</param>
    /// <param name="b">The map of z: a <see cref="GroupMatrix"/>.</param>
    /// <param name="offset">What is added: one value per channel.</param>
    /// <param name="y">The first row's first channel of the result.</param>
    /// <param name="yStride">Floats from row to row of y.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="accumulate">Whether the result is added to what y holds.</param>
    [SkipLocalsInit]
    public static void Map(
        ReadOnlySpan<float> x, int stride, ReadOnlySpan<double> mean, ReadOnlySpan<double> a,
        ReadOnlySpan<float> z, int zStride, ReadOnlySpan<double> b, ReadOnlySpan<double> offset,
        Span<float> y, int yStride, int rows, bool accumulate)
    {
        var size = mean.Length;
        Require(x, stride, rows, size);
        Require(y, yStride, rows, size);
        if (!z.IsEmpty)
            Require(z, zStride, rows, size);
        if (a.Length < GroupMatrix.Length || (!z.IsEmpty && b.Length < GroupMatrix.Length) || offset.Length < size)
            throw new ArgumentException("The map is too short.");
        var input = stackalloc double[Chunk * Width];
        var result = stackalloc double[Chunk * Width];
        fixed (float* px = x, pz = z, py = y)
        fixed (double* m = mean, pa = a, pb = b, po = offset)
        {
            for (var row = 0; row < rows; row += Chunk)
            {
                var count = Math.Min(Chunk, rows - row);
                Load(px + (nint)row * stride, stride, m, count, size, input);
                GroupMatrix.Product(count, size, size, input, Width, 1, pa, result, accumulate: false);
                if (pz is not null)
                {
                    Load(pz + (nint)row * zStride, zStride, null, count, size, input);
                    GroupMatrix.Product(count, size, size, input, Width, 1, pb, result, accumulate: true);
                }
                Store(result, po, count, size, py + (nint)row * yStride, yStride, accumulate);
            }
        }
    }

    /// <summary>Rows as float64 less their mean, zeros behind the last channel.</summary>
    private static void Load(float* x, nint stride, double* mean, int rows, int size, double* target)
    {
        var whole = size & ~3;
        for (var row = 0; row < rows; row++, x += stride, target += Width)
        {
            var c = 0;
            for (; c < whole; c += 4)
            {
                var values = Vector128.Load(x + c);
                var (low, high) = Vector128.Widen(values);
                if (mean is not null)
                    (low, high) = (low - Vector128.Load(mean + c), high - Vector128.Load(mean + c + 2));
                low.Store(target + c);
                high.Store(target + c + 2);
            }
            for (; c < size; c++)
                target[c] = x[c] - (mean is null ? 0 : mean[c]);
            for (; c < Width; c++)
                target[c] = 0;
        }
    }

    private static void Store(double* source, double* offset, int rows, int size, float* y, nint stride, bool accumulate)
    {
        var whole = size & ~3;
        for (var row = 0; row < rows; row++, source += Width, y += stride)
        {
            var c = 0;
            for (; c < whole; c += 4)
            {
                var value = Vector128.Narrow(
                    Vector128.Load(source + c) + Vector128.Load(offset + c), Vector128.Load(source + c + 2) + Vector128.Load(offset + c + 2));
                (accumulate ? value + Vector128.Load(y + c) : value).Store(y + c);
            }
            for (; c < size; c++)
                y[c] = (float)(source[c] + offset[c]) + (accumulate ? y[c] : 0);
        }
    }

    private static void Require(ReadOnlySpan<float> x, int stride, int rows, int size)
    {
        if (x.Length < (rows - 1L) * stride + size || size > Width)
            throw new ArgumentException("The rows are too short, or the group is too large.");
    }
}
