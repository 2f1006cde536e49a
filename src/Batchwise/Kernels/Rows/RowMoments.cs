using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>
/// Mean and sum of squared deviations of every channel over a block of rows, in one pass over memory.
/// </summary>
/// <remarks>
/// Sums of x - s and of its square are taken in float32, with the mean of the block's first rows for s; at the block's end
/// they give the mean and the squared deviations in float64. Where s turns out to be far from the mean, in deviations,
/// so that the difference of the two sums would lose digits, or where a square overflows, the channel is summed again in
/// float64 while the block is in the cache.
/// </remarks>
internal static unsafe class RowMoments
{
    /// <summary>Vectors of scratch that a block needs.</summary>
    public const int ScratchVectors = 3;

    private const int RowsOfShift = 16;

    // (mean - s)^2 / variance above which a channel is summed again: below it, at most this factor of precision is lost.
    private const double WorstCancellation = 8;

    /// <param name="x">The block: [rows, channels].</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="rows">Its rows, at most <see cref="ColumnBlock.RowsInSingle"/>.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="mean">Receives the means: [channels].</param>
    /// <param name="squares">Receives the sums of squared deviations: [channels].</param>
    /// <param name="scratch">Three rows of channels.</param>
    public static void Run(ReadOnlySpan<float> x, int stride, int rows, int channels, Span<double> mean, Span<double> squares, Span<float> scratch)
    {
        if (x.Length < (rows - 1L) * stride + channels || scratch.Length < ScratchVectors * channels || mean.Length < channels || squares.Length < channels)
            throw new ArgumentException("The block or what receives its moments is too short.");
        fixed (float* px = x, shift = scratch)
        fixed (double* means = mean, sums = squares)
        {
            switch (InstructionSet.Current)
            {
                case KernelKind.Vector512: Stream<Vector512Operations, Vector512<float>>(px, stride, rows, channels, shift); break;
                case KernelKind.Vector256: Stream<Vector256Operations, Vector256<float>>(px, stride, rows, channels, shift); break;
                case KernelKind.Vector128: Stream<Vector128Operations, Vector128<float>>(px, stride, rows, channels, shift); break;
                default: Stream<ScalarOperations, float>(px, stride, rows, channels, shift); break;
            }
            Finish(px, stride, rows, channels, shift, means, sums);
        }
    }

    private static void Finish(float* x, int stride, int rows, int channels, float* shift, double* mean, double* squares)
    {
        for (var c = 0; c < channels; c++)
        {
            double s = shift[c], sum = shift[channels + c], square = shift[2 * channels + c];
            var offset = sum / rows;
            var deviations = square - sum * offset;
            (mean[c], squares[c]) = double.IsFinite(square) && sum * offset <= WorstCancellation * deviations
                ? (s + offset, deviations)
                : Moments.Exact(x + c, stride, rows);
        }
    }

    /// <summary>Leaves, per channel, the shift, the sum of x - shift, and the sum of its square.</summary>
    private static void Stream<TOperations, TVector>(float* x, nint stride, int rows, int channels, float* shift)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var (sums, squares) = ((nint)(shift + channels), (nint)(shift + 2 * channels));
        var first = Math.Min(rows, RowsOfShift);
        for (var c = 0; c < channels; c += TOperations.Width)
        {
            var left = channels - c;
            var start = ColumnBlock.Load<TOperations, TVector>(x + c, left);
            var sum = TOperations.Zero;
            for (var row = 1; row < first; row++)
                sum = TOperations.Add(sum, TOperations.Subtract(ColumnBlock.Load<TOperations, TVector>(x + row * stride + c, left), start));
            ColumnBlock.Store<TOperations, TVector>(TOperations.MultiplyAdd(sum, TOperations.Broadcast(1f / first), start), shift + c, left);
            ColumnBlock.Store<TOperations, TVector>(TOperations.Zero, (float*)sums + c, left);
            ColumnBlock.Store<TOperations, TVector>(TOperations.Zero, (float*)squares + c, left);
        }
        for (var row = 0; row < rows; row += RowBlock.Together)
            Add<TOperations, TVector>(x + row * stride, stride, Math.Min(RowBlock.Together, rows - row), channels, shift, (float*)sums, (float*)squares);
    }

    private static void Add<TOperations, TVector>(float* x, nint stride, int rows, int channels, float* shift, float* sums, float* squares)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        for (var c = 0; c < channels; c += TOperations.Width)
        {
            var left = channels - c;
            var s = ColumnBlock.Load<TOperations, TVector>(shift + c, left);
            // Sums of these rows alone, which lose less than each row added to the large sum would; two of each, for shorter chains.
            TVector sum, otherSum, square, otherSquare;
            sum = otherSum = square = otherSquare = TOperations.Zero;
            var place = x + c;
            var row = 0;
            for (; row + 2 <= rows; row += 2, place += 2 * stride)
            {
                var d = TOperations.Subtract(ColumnBlock.Load<TOperations, TVector>(place, left), s);
                var other = TOperations.Subtract(ColumnBlock.Load<TOperations, TVector>(place + stride, left), s);
                (sum, otherSum) = (TOperations.Add(sum, d), TOperations.Add(otherSum, other));
                (square, otherSquare) = (TOperations.MultiplyAdd(d, d, square), TOperations.MultiplyAdd(other, other, otherSquare));
            }
            if (row < rows)
            {
                var d = TOperations.Subtract(ColumnBlock.Load<TOperations, TVector>(place, left), s);
                (sum, square) = (TOperations.Add(sum, d), TOperations.MultiplyAdd(d, d, square));
            }
            ColumnBlock.Store<TOperations, TVector>(TOperations.Add(ColumnBlock.Load<TOperations, TVector>(sums + c, left), TOperations.Add(sum, otherSum)), sums + c, left);
            ColumnBlock.Store<TOperations, TVector>(TOperations.Add(ColumnBlock.Load<TOperations, TVector>(squares + c, left), TOperations.Add(square, otherSquare)), squares + c, left);
        }
    }
}
