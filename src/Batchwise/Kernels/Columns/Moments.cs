using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>
/// Mean and sum of squared deviations of every column, in float64 from float32 values.
/// </summary>
/// <remarks>
/// Rows are taken in chunks of at most <see cref="ColumnBlock.RowsInSingle"/>. A chunk is read twice while it is in the
/// cache: first for its mean m, as a float, then for e = sum(x - m) and q = sum((x - m)^2), from which the exact mean is
/// m + e / n and the squared deviations are q - e^2 / n (the corrected two-pass algorithm, Chan, Golub and LeVeque 1983).
/// Chunks merge in float64 in their order. Neither a large mean nor an outlier in the first row costs accuracy; squares that
/// overflow float32 are summed again in float64. The squares' relative error is at most 1e-5, whatever the mean; squares below
/// float32's range count as nothing, which any epsilon hides.
/// </remarks>
internal static unsafe class Moments
{
    /// <summary>The moments of a block of columns.</summary>
    /// <param name="x">The first row's first column of the block: rows of <paramref name="stride"/> floats.</param>
    /// <param name="stride">Floats from row to row.</param>
    /// <param name="rows">How many rows, at least 1.</param>
    /// <param name="mean">Receives the means: one per column.</param>
    /// <param name="squares">Receives the sums of squared deviations from the mean: one per column.</param>
    public static void OfColumns(ReadOnlySpan<float> x, int stride, int rows, Span<double> mean, Span<double> squares)
    {
        if (x.Length < (rows - 1L) * stride + mean.Length || squares.Length != mean.Length)
            throw new ArgumentException("The rows or the receiving spans are too short.");
        fixed (float* start = x)
        fixed (double* means = mean, sums = squares)
        {
            switch (InstructionSet.Current)
            {
                case KernelKind.Vector512:
                    Run<Vector512Operations, Vector512<float>>(start, stride, rows, mean.Length, means, sums);
                    break;
                case KernelKind.Vector256:
                    Run<Vector256Operations, Vector256<float>>(start, stride, rows, mean.Length, means, sums);
                    break;
                case KernelKind.Vector128:
                    Run<Vector128Operations, Vector128<float>>(start, stride, rows, mean.Length, means, sums);
                    break;
                default:
                    for (var column = 0; column < mean.Length; column++)
                        (means[column], sums[column]) = Exact(start + column, stride, rows);
                    break;
            }
        }
    }

    /// <summary>Joins the moments of two sets of values (Chan, Golub and LeVeque 1979).</summary>
    public static (double Mean, double Squares) Merge(double count, double mean, double squares, double otherCount, double otherMean, double otherSquares)
    {
        var total = count + otherCount;
        var difference = otherMean - mean;
        return (mean + difference * (otherCount / total), squares + otherSquares + difference * difference * (count * otherCount / total));
    }

    /// <summary>Joins the moments of many columns, which all have as many values, with those of as many others.</summary>
    /// <param name="count">Values of each column so far; 0 takes the others as they are.</param>
    /// <param name="mean">Their means, replaced by those of all.</param>
    /// <param name="squares">Their sums of squared deviations, replaced likewise.</param>
    /// <param name="otherCount">Values of each of the others.</param>
    /// <param name="otherMean">Means of the others.</param>
    /// <param name="otherSquares">Sums of squared deviations of the others.</param>
    public static void Merge(
        double count, Span<double> mean, Span<double> squares, double otherCount, ReadOnlySpan<double> otherMean, ReadOnlySpan<double> otherSquares)
    {
        if (count == 0)
        {
            otherMean.CopyTo(mean);
            otherSquares.CopyTo(squares);
            return;
        }
        var (weight, product) = (otherCount / (count + otherCount), count * (otherCount / (count + otherCount)));
        for (var c = 0; c < mean.Length; c++)
        {
            var difference = otherMean[c] - mean[c];
            mean[c] += difference * weight;
            squares[c] += otherSquares[c] + difference * difference * product;
        }
    }

    /// <summary>The moments of one column, in float64 throughout: the reference.</summary>
    public static (double Mean, double Squares) Exact(float* x, int stride, int rows)
    {
        double mean = 0, squares = 0;
        for (var row = 0; row < rows; row++)
            mean += x[(long)row * stride];
        mean /= rows;
        for (var row = 0; row < rows; row++)
            squares += (x[(long)row * stride] - mean) * (x[(long)row * stride] - mean);
        return (mean, squares);
    }

    [SkipLocalsInit]
    private static void Run<TOperations, TVector>(float* x, int stride, int rows, int columns, double* mean, double* squares)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var sums = stackalloc float[3 * TOperations.Width];
        for (var column = 0; column < columns; column += TOperations.Width)
        {
            var left = Math.Min(TOperations.Width, columns - column);
            for (var row = 0; row < rows; row += ColumnBlock.RowsInSingle)
            {
                var count = Math.Min(ColumnBlock.RowsInSingle, rows - row);
                var start = x + (long)row * stride + column;
                Chunk<TOperations, TVector>(start, stride, count, left, sums);
                for (var lane = 0; lane < left; lane++)
                {
                    double m = sums[lane], e = sums[TOperations.Width + lane], q = sums[2 * TOperations.Width + lane];
                    var (chunkMean, chunkSquares) = double.IsFinite(q)
                        ? (m + e / count, Math.Max(0, q - e * e / count))
                        : Exact(start + lane, stride, count);
                    (mean[column + lane], squares[column + lane]) = row == 0
                        ? (chunkMean, chunkSquares)
                        : Merge(row, mean[column + lane], squares[column + lane], count, chunkMean, chunkSquares);
                }
            }
        }
    }

    /// <summary>For one vector of columns: m, then e, then q, each a vector in <paramref name="sums"/>.</summary>
    private static void Chunk<TOperations, TVector>(float* x, int stride, int rows, int left, float* sums)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var shift = ColumnBlock.Load<TOperations, TVector>(x, left);
        var (s0, s1) = (TOperations.Zero, TOperations.Zero);
        var row = 0;
        var p = x;
        for (; row + 2 <= rows; row += 2, p += 2 * stride)
        {
            s0 = TOperations.Add(s0, TOperations.Subtract(ColumnBlock.Load<TOperations, TVector>(p, left), shift));
            s1 = TOperations.Add(s1, TOperations.Subtract(ColumnBlock.Load<TOperations, TVector>(p + stride, left), shift));
        }
        if (row < rows)
            s0 = TOperations.Add(s0, TOperations.Subtract(ColumnBlock.Load<TOperations, TVector>(p, left), shift));
        var m = TOperations.MultiplyAdd(TOperations.Add(s0, s1), TOperations.Broadcast(1f / rows), shift);

        // Four sums of squares, so that each has at most 256 terms: where all are alike, so are their roundings.
        var (e0, e1, q0, q1) = (TOperations.Zero, TOperations.Zero, TOperations.Zero, TOperations.Zero);
        var (q2, q3) = (TOperations.Zero, TOperations.Zero);
        for (row = 0, p = x; row + 4 <= rows; row += 4, p += 4 * stride)
        {
            var d0 = TOperations.Subtract(ColumnBlock.Load<TOperations, TVector>(p, left), m);
            var d1 = TOperations.Subtract(ColumnBlock.Load<TOperations, TVector>(p + stride, left), m);
            var d2 = TOperations.Subtract(ColumnBlock.Load<TOperations, TVector>(p + 2 * stride, left), m);
            var d3 = TOperations.Subtract(ColumnBlock.Load<TOperations, TVector>(p + 3 * stride, left), m);
            e0 = TOperations.Add(e0, TOperations.Add(d0, d1));
            e1 = TOperations.Add(e1, TOperations.Add(d2, d3));
            q0 = TOperations.MultiplyAdd(d0, d0, q0);
            q1 = TOperations.MultiplyAdd(d1, d1, q1);
            q2 = TOperations.MultiplyAdd(d2, d2, q2);
            q3 = TOperations.MultiplyAdd(d3, d3, q3);
        }
        for (; row < rows; row++, p += stride)
        {
            var d0 = TOperations.Subtract(ColumnBlock.Load<TOperations, TVector>(p, left), m);
            e0 = TOperations.Add(e0, d0);
            q0 = TOperations.MultiplyAdd(d0, d0, q0);
        }
        TOperations.Store(m, sums);
        TOperations.Store(TOperations.Add(e0, e1), sums + TOperations.Width);
        TOperations.Store(TOperations.Add(TOperations.Add(q0, q1), TOperations.Add(q2, q3)), sums + 2 * TOperations.Width);
    }
}
