using System.Runtime.CompilerServices;
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

    /// <summary>The moments of each channel.</summary>
    /// <param name="x">The block: [rows, channels].</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="rows">Its rows, at most <see cref="ColumnBlock.RowsInSingle"/>.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="mean">Receives the means: [channels].</param>
    /// <param name="squares">Receives the sums of squared deviations: [channels].</param>
    /// <param name="scratch">Three rows of channels.</param>
    public static void Run(ReadOnlySpan<float> x, int stride, int rows, int channels, Span<double> mean, Span<double> squares, Span<float> scratch)
    {
        if (mean.Length < channels || squares.Length < channels || scratch.Length < ScratchVectors * channels)
            throw new ArgumentException("What receives the moments is too short.");
        Guess(x, stride, rows, scratch[..channels]);
        Sum(x, stride, rows, scratch[..channels], scratch.Slice(channels, 2 * channels));
        fixed (float* px = x, shift = scratch)
        {
            for (var c = 0; c < channels; c++)
            {
                double sum = shift[channels + c], square = shift[2 * channels + c];
                var offset = sum / rows;
                var deviations = square - sum * offset;
                (mean[c], squares[c]) = HasDigits(sum * offset, deviations, square)
                    ? (shift[c] + offset, deviations)
                    : Moments.Exact(px + c, stride, rows);
            }
        }
    }

    /// <summary>Whether the squared deviations, a difference, have the digits of what they are the difference of.</summary>
    /// <param name="lost">The part that was subtracted: values times the squared distance of shift and mean.</param>
    /// <param name="deviations">What is left.</param>
    /// <param name="square">What it was subtracted from.</param>
    public static bool HasDigits(double lost, double deviations, double square) => double.IsFinite(square) && lost <= WorstCancellation * deviations;

    /// <summary>A first guess at each channel's mean: that of the block's first rows.</summary>
    /// <param name="x">The block: [rows, channels].</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="mean">Receives the guesses: [channels].</param>
    public static void Guess(ReadOnlySpan<float> x, int stride, int rows, Span<float> mean)
    {
        Require(x, stride, rows, mean.Length);
        fixed (float* px = x, pm = mean)
        {
            switch (InstructionSet.Current)
            {
                case KernelKind.Vector512: Guess<Vector512Operations, Vector512<float>>(px, stride, rows, mean.Length, pm); break;
                case KernelKind.Vector256: Guess<Vector256Operations, Vector256<float>>(px, stride, rows, mean.Length, pm); break;
                case KernelKind.Vector128: Guess<Vector128Operations, Vector128<float>>(px, stride, rows, mean.Length, pm); break;
                default: Guess<ScalarOperations, float>(px, stride, rows, mean.Length, pm); break;
            }
        }
    }

    /// <summary>The sums of x - shift and of its square.</summary>
    /// <param name="x">The block: [rows, channels].</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="rows">Its rows, at most <see cref="ColumnBlock.RowsInSingle"/>.</param>
    /// <param name="shift">What is subtracted: [channels].</param>
    /// <param name="sums">Receives both, one after the other: [2, channels].</param>
    [SkipLocalsInit]
    public static void Sum(ReadOnlySpan<float> x, int stride, int rows, ReadOnlySpan<float> shift, Span<float> sums)
    {
        var channels = shift.Length;
        Require(x, stride, rows, channels);
        if (sums.Length < 2 * channels)
            throw new ArgumentException("What receives the sums is too short.");
        var fold = RowFold.Of(rows, channels, stride);
        Span<float> room = stackalloc float[fold.Room(1 + 2)];
        var own = fold.Sums(sums[..(2 * channels)], ref room);
        fixed (float* px = x, ps = fold.Repeat(shift, ref room), pt = own)
            RowBlock.Run(new SumLoop(px, fold.Stride(stride), ps, pt, fold.Channels), fold, large: false);
        fold.Add(own, sums[..(2 * channels)]);
    }

    private static void Require(ReadOnlySpan<float> x, int stride, int rows, int channels)
    {
        if (x.Length < (rows - 1L) * stride + channels)
            throw new ArgumentException("The block is too short.");
    }

    private static void Guess<TOperations, TVector>(float* x, nint stride, int rows, int channels, float* mean)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var first = Math.Min(rows, RowsOfShift);
        for (var c = 0; c < channels; c += TOperations.Width)
        {
            var left = channels - c;
            var start = ColumnBlock.Load<TOperations, TVector>(x + c, left);
            var sum = TOperations.Zero;
            for (var row = 1; row < first; row++)
                sum = TOperations.Add(sum, TOperations.Subtract(ColumnBlock.Load<TOperations, TVector>(x + row * stride + c, left), start));
            ColumnBlock.Store<TOperations, TVector>(TOperations.MultiplyAdd(sum, TOperations.Broadcast(1f / first), start), mean + c, left);
        }
    }

    private readonly struct SumLoop(float* x, nint stride, float* shift, float* sums, int channels) : IStripLoop
    {
        private readonly float* x = x;
        private readonly nint stride = stride;
        private readonly float* shift = shift;
        private readonly float* sums = sums;

        public void Run<TOperations, TVector>(in StripPiece piece)
            where TOperations : IVectorOperations<TVector>
            where TVector : struct
        {
            var (c, left) = (piece.Channel, piece.Left);
            var s = ColumnBlock.Load<TOperations, TVector>(shift + c, left);
            var sum = TOperations.Zero;
            var square = TOperations.Zero;
            var place = x + piece.Row * stride + c;
            var step = stride;
            for (var rows = piece.Rows; rows > 0; rows--, place += step)
            {
                var d = TOperations.Subtract(ColumnBlock.Load<TOperations, TVector>(place, left), s);
                sum = TOperations.Add(sum, d);
                square = TOperations.MultiplyAdd(d, d, square);
            }
            ColumnBlock.Increase<TOperations, TVector>(sum, sums + c, left);
            ColumnBlock.Increase<TOperations, TVector>(square, sums + channels + c, left);
        }
    }
}
