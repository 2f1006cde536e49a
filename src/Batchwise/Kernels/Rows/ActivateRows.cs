using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>Adds a bias, or another map, to a block of rows of a map and applies a function; backward likewise, with the bias's gradient.</summary>
internal static unsafe class ActivateRows
{
    /// <summary>y = f(x + bias).</summary>
    /// <param name="x">The block: [rows, channels].</param>
    /// <param name="xStride">Floats from one row of x to the next.</param>
    /// <param name="bias">One per channel; empty for none.</param>
    /// <param name="y">Receives the result; may be x.</param>
    /// <param name="yStride">Floats from one row of y to the next.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="function">f.</param>
    [SkipLocalsInit]
    public static void Forward(
        ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> bias, Span<float> y, int yStride, int rows, int channels, ActivationFunction function)
    {
        var fold = RowFold.Of(rows, channels, xStride, yStride);
        Span<float> room = stackalloc float[fold.Room(1)];
        fixed (float* px = x, pb = fold.Repeat(bias, ref room), py = y)
            FunctionLoop.Run(new ForwardLoop(px, fold.Stride(xStride), pb, 0, py, fold.Stride(yStride), fold), function);
    }

    /// <summary>y = f(a + b).</summary>
    /// <param name="a">A block: [rows, channels].</param>
    /// <param name="aStride">Floats from one row of a to the next.</param>
    /// <param name="b">Another such block.</param>
    /// <param name="bStride">Floats from one row of b to the next.</param>
    /// <param name="y">Receives the result; may be one of them.</param>
    /// <param name="yStride">Floats from one row of y to the next.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="function">f.</param>
    public static void Sum(
        ReadOnlySpan<float> a, int aStride, ReadOnlySpan<float> b, int bStride, Span<float> y, int yStride, int rows, int channels, ActivationFunction function)
    {
        var fold = RowFold.Of(rows, channels, aStride, bStride, yStride);
        fixed (float* pa = a, pb = b, py = y)
            FunctionLoop.Run(new ForwardLoop(pa, fold.Stride(aStride), pb, fold.Stride(bStride), py, fold.Stride(yStride), fold), function);
    }

    /// <summary>dx = dy f', told from what forward kept, and the sum of dx over the rows.</summary>
    /// <param name="kept">The block's values of f, or of its argument where f needs that: [rows, channels].</param>
    /// <param name="keptStride">Floats from one row of these to the next.</param>
    /// <param name="dy">The gradient of the values.</param>
    /// <param name="dyStride">Floats from one row of dy to the next.</param>
    /// <param name="dx">Receives the gradient of x; may be dy.</param>
    /// <param name="dxStride">Floats from one row of dx to the next.</param>
    /// <param name="sums">Receives one sum per channel; empty if they are not wanted.</param>
    /// <param name="rows">How many rows, at most <see cref="ColumnBlock.RowsInSingle"/>.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="function">f.</param>
    [SkipLocalsInit]
    public static void Backward(
        ReadOnlySpan<float> kept, int keptStride, ReadOnlySpan<float> dy, int dyStride, Span<float> dx, int dxStride, Span<float> sums, int rows, int channels,
        ActivationFunction function)
    {
        var fold = RowFold.Of(rows, channels, keptStride, dyStride, dxStride);
        Span<float> room = stackalloc float[fold.Room(1)];
        var own = fold.Sums(sums, ref room);
        fixed (float* pk = kept, pdy = dy, pdx = dx, ps = own)
            FunctionLoop.Run(new BackwardLoop(pk, fold.Stride(keptStride), pdy, fold.Stride(dyStride), pdx, fold.Stride(dxStride), ps, fold), function);
        fold.Add(own, sums);
    }

    // A bias is added to every row: its own stride is 0.
    private readonly struct ForwardLoop(float* x, nint xStride, float* added, nint addedStride, float* y, nint yStride, RowFold fold) : IFunctionLoop
    {
        public readonly float* X = x;
        public readonly nint XStride = xStride;
        public readonly float* Added = added;
        public readonly nint AddedStride = addedStride;
        public readonly float* Y = y;
        public readonly nint YStride = yStride;

        public void Run<TFunction, TOperations, TVector>(TFunction function)
            where TFunction : struct, IActivationFunction
            where TOperations : IVectorOperations<TVector>
            where TVector : struct => RowBlock.Run<ForwardStrip<TFunction>, TOperations, TVector>(new ForwardStrip<TFunction>(this, function), fold, large: false);
    }

    private readonly struct ForwardStrip<TFunction>(in ForwardLoop block, TFunction function) : IStripLoop
        where TFunction : struct, IActivationFunction
    {
        private readonly ForwardLoop block = block;
        private readonly TFunction function = function;

        public void Run<TOperations, TVector>(in StripPiece piece)
            where TOperations : IVectorOperations<TVector>
            where TVector : struct
        {
            var (c, left) = (piece.Channel, piece.Left);
            var x = block.X + piece.Row * block.XStride + c;
            var y = block.Y + piece.Row * block.YStride + c;
            var added = block.Added is null ? null : block.Added + piece.Row * block.AddedStride + c;
            var (xStride, addedStride, yStride) = (block.XStride, block.AddedStride, block.YStride);
            var ahead = piece.Ahead * xStride;
            for (var rows = piece.Rows; rows > 0; rows--, x += xStride, y += yStride)
            {
                Ahead.Ask<TOperations, TVector>(x + ahead);
                var value = ColumnBlock.Load<TOperations, TVector>(x, left);
                if (added is not null)
                {
                    value = TOperations.Add(value, ColumnBlock.Load<TOperations, TVector>(added, left));
                    added += addedStride;
                }
                ColumnBlock.Store<TOperations, TVector>(function.Value<TOperations, TVector>(value), y, left);
            }
        }
    }

    private readonly struct BackwardLoop(
        float* kept, nint keptStride, float* dy, nint dyStride, float* dx, nint dxStride, float* sums, RowFold fold) : IFunctionLoop
    {
        public readonly float* Kept = kept;
        public readonly nint KeptStride = keptStride;
        public readonly float* Dy = dy;
        public readonly nint DyStride = dyStride;
        public readonly float* Dx = dx;
        public readonly nint DxStride = dxStride;
        public readonly float* Sums = sums;

        public void Run<TFunction, TOperations, TVector>(TFunction function)
            where TFunction : struct, IActivationFunction
            where TOperations : IVectorOperations<TVector>
            where TVector : struct => RowBlock.Run<BackwardStrip<TFunction>, TOperations, TVector>(new BackwardStrip<TFunction>(this, function), fold, large: false);
    }

    private readonly struct BackwardStrip<TFunction>(in BackwardLoop block, TFunction function) : IStripLoop
        where TFunction : struct, IActivationFunction
    {
        private readonly BackwardLoop block = block;
        private readonly TFunction function = function;

        public void Run<TOperations, TVector>(in StripPiece piece)
            where TOperations : IVectorOperations<TVector>
            where TVector : struct
        {
            var (c, left) = (piece.Channel, piece.Left);
            var kept = block.Kept + piece.Row * block.KeptStride + c;
            var dy = block.Dy + piece.Row * block.DyStride + c;
            var dx = block.Dx + piece.Row * block.DxStride + c;
            var (keptStride, dyStride, dxStride) = (block.KeptStride, block.DyStride, block.DxStride);
            var (aheadKept, aheadDy) = (piece.Ahead * keptStride, piece.Ahead * dyStride);
            var sum = TOperations.Zero;
            for (var rows = piece.Rows; rows > 0; rows--, kept += keptStride, dy += dyStride, dx += dxStride)
            {
                Ahead.Ask<TOperations, TVector>(kept + aheadKept);
                Ahead.Ask<TOperations, TVector>(dy + aheadDy);
                var gradient = function.Gradient<TOperations, TVector>(
                    ColumnBlock.Load<TOperations, TVector>(kept, left), ColumnBlock.Load<TOperations, TVector>(dy, left));
                sum = TOperations.Add(sum, gradient);
                ColumnBlock.Store<TOperations, TVector>(gradient, dx, left);
            }
            if (block.Sums is not null)
                ColumnBlock.Increase<TOperations, TVector>(sum, block.Sums + c, left);
        }
    }
}
