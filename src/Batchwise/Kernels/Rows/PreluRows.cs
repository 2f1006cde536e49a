using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>The parametric rectifier over a block of rows; the sign is told from the input, since a slope may be negative.</summary>
internal static unsafe class PreluRows
{
    /// <summary>y = x above zero and slope x below.</summary>
    /// <param name="x">The block: [rows, channels], dense, with as many channels as there are slopes.</param>
    /// <param name="slope">One per channel.</param>
    /// <param name="y">Receives the result, laid out alike.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="large">Whether x and y are larger than <see cref="NormalizeRows.LargeBytes"/>: y is then written past the cache.</param>
    [SkipLocalsInit]
    public static void Forward(ReadOnlySpan<float> x, ReadOnlySpan<float> slope, Span<float> y, int rows, bool large)
    {
        if (x.Length < (long)rows * slope.Length || y.Length < (long)rows * slope.Length)
            throw new ArgumentException("The block is too short.");
        var fold = RowFold.Of(rows, slope.Length, slope.Length);
        Span<float> room = stackalloc float[fold.Room(1)];
        fixed (float* px = x, ps = fold.Repeat(slope, ref room), py = y)
            RowBlock.Run(new ForwardLoop(px, ps, py, fold, large), fold, large);
    }

    /// <summary>dx = dy above zero and slope dy below, or dx increased by it; the sum of x dy below zero of every channel.</summary>
    /// <param name="x">The block: [rows, channels], dense, with as many channels as there are slopes.</param>
    /// <param name="dy">The gradient of the result, laid out alike.</param>
    /// <param name="slope">One per channel.</param>
    /// <param name="dx">Receives the gradient of x, laid out alike; empty if it is not wanted.</param>
    /// <param name="sums">Receives the sums, one per channel.</param>
    /// <param name="rows">How many rows, at most <see cref="ColumnBlock.RowsInSingle"/>.</param>
    /// <param name="accumulate">Whether to add to what dx holds.</param>
    /// <param name="large">Whether they are larger than <see cref="NormalizeRows.LargeBytes"/>: dx is then written past the cache.</param>
    [SkipLocalsInit]
    public static void Backward(
        ReadOnlySpan<float> x, ReadOnlySpan<float> dy, ReadOnlySpan<float> slope, Span<float> dx, Span<float> sums, int rows, bool accumulate, bool large)
    {
        if (x.Length < (long)rows * slope.Length || dy.Length < (long)rows * slope.Length || (!dx.IsEmpty && dx.Length < (long)rows * slope.Length) || sums.Length != slope.Length)
            throw new ArgumentException("The block or what receives its sums is too short.");
        var fold = RowFold.Of(rows, slope.Length, slope.Length);
        Span<float> room = stackalloc float[fold.Room(1 + 1)];
        var own = fold.Sums(sums, ref room);
        fixed (float* px = x, pdy = dy, ps = fold.Repeat(slope, ref room), pdx = dx, pds = own)
            RowBlock.Run(new BackwardLoop(px, pdy, ps, pdx, pds, fold, accumulate, large), fold, large);
        fold.Add(own, sums);
    }

    private readonly struct ForwardLoop(float* x, float* slope, float* y, RowFold fold, bool large) : IStripLoop
    {
        private readonly float* x = x;
        private readonly float* slope = slope;
        private readonly float* y = y;
        private readonly nint stride = fold.Channels;
        private readonly bool stream = large && fold.CanStream(y, fold.Channels);

        public void Run<TOperations, TVector>(in StripPiece piece)
            where TOperations : IVectorOperations<TVector>
            where TVector : struct
        {
            var (left, step, past, ahead) = (piece.Left, stride, stream, piece.Ahead * stride);
            var slopes = ColumnBlock.Load<TOperations, TVector>(slope + piece.Channel, left);
            var source = x + piece.Row * step + piece.Channel;
            var target = y + piece.Row * step + piece.Channel;
            for (var rows = piece.Rows; rows > 0; rows--, source += step, target += step)
            {
                Ahead.Ask<TOperations, TVector>(source + ahead);
                var value = ColumnBlock.Load<TOperations, TVector>(source, left);
                value = TOperations.Select(TOperations.GreaterThan(value, TOperations.Zero), value, TOperations.Multiply(value, slopes));
                if (past)
                    TOperations.StoreNonTemporal(value, target);
                else
                    ColumnBlock.Store<TOperations, TVector>(value, target, left);
            }
        }
    }

    private readonly struct BackwardLoop(float* x, float* dy, float* slope, float* dx, float* sums, RowFold fold, bool accumulate, bool large) : IStripLoop
    {
        private readonly float* x = x;
        private readonly float* dy = dy;
        private readonly float* slope = slope;
        private readonly float* dx = dx;
        private readonly float* sums = sums;
        private readonly nint stride = fold.Channels;
        private readonly bool stream = large && !accumulate && fold.CanStream(dx, fold.Channels);

        public void Run<TOperations, TVector>(in StripPiece piece)
            where TOperations : IVectorOperations<TVector>
            where TVector : struct
        {
            var (c, left, step, ahead) = (piece.Channel, piece.Left, stride, piece.Ahead * stride);
            var slopes = ColumnBlock.Load<TOperations, TVector>(slope + c, left);
            var start = piece.Row * step + c;
            var values = x + start;
            var gradients = dy + start;
            var target = dx is null ? null : dx + start;
            var (increase, past) = (accumulate, stream);
            var sum = TOperations.Zero;
            for (var rows = piece.Rows; rows > 0; rows--, values += step, gradients += step)
            {
                Ahead.Ask<TOperations, TVector>(values + ahead);
                Ahead.Ask<TOperations, TVector>(gradients + ahead);
                var value = ColumnBlock.Load<TOperations, TVector>(values, left);
                var gradient = ColumnBlock.Load<TOperations, TVector>(gradients, left);
                var above = TOperations.GreaterThan(value, TOperations.Zero);
                sum = TOperations.Add(sum, TOperations.Select(above, TOperations.Zero, TOperations.Multiply(value, gradient)));
                if (target is null)
                    continue;
                gradient = TOperations.Select(above, gradient, TOperations.Multiply(gradient, slopes));
                if (increase)
                    gradient = TOperations.Add(gradient, ColumnBlock.Load<TOperations, TVector>(target, left));
                if (past)
                    TOperations.StoreNonTemporal(gradient, target);
                else
                    ColumnBlock.Store<TOperations, TVector>(gradient, target, left);
                target += step;
            }
            ColumnBlock.Increase<TOperations, TVector>(sum, sums + c, left);
        }
    }
}
