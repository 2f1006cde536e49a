using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>
/// The backward step of a normalization with a function behind it, over blocks of rows: the two sums, then the correction.
/// Both compute g = dy f' afresh from x, by the very expression of the forward step, so that y need not be read.
/// </summary>
internal static unsafe class NormalizeRowsBackward
{
    /// <summary>sum(g) and sum(g (x - mean)) of every channel over a block.</summary>
    /// <param name="x">The block: [rows, channels].</param>
    /// <param name="xStride">Floats from one row of x to the next.</param>
    /// <param name="dy">The gradient of the result.</param>
    /// <param name="dyStride">Floats from one row of dy to the next.</param>
    /// <param name="vectors">All channels.</param>
    /// <param name="sums">Receives both sums, one after the other: [2, channels].</param>
    /// <param name="rows">Its rows, at most <see cref="ColumnBlock.RowsInSingle"/>.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="function">f.</param>
    /// <param name="large">Whether x and dy are larger than <see cref="NormalizeRows.LargeBytes"/>.</param>
    [SkipLocalsInit]
    public static void Reduce(
        ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> dy, int dyStride, in NormalizationVectors vectors, Span<float> sums, int rows, int channels,
        ActivationFunction function, bool large)
    {
        if (sums.Length < 2 * channels)
            throw new ArgumentException("What receives the sums is too short.");
        var fold = RowFold.Of(rows, channels, xStride, dyStride);
        Span<float> room = stackalloc float[fold.Room(NormalizationVectors.Count + 2)];
        var own = fold.Sums(sums[..(2 * channels)], ref room);
        fixed (float* px = x, pdy = dy, ps = own)
        fixed (float* mean = fold.Repeat(vectors.Mean, ref room), scale = fold.Repeat(vectors.Scale, ref room), shift = fold.Repeat(vectors.Shift, ref room))
        {
            var block = new Block(px, fold.Stride(xStride), pdy, fold.Stride(dyStride), ps, 0, mean, scale, shift, null, null, fold, accumulate: false, large);
            FunctionLoop.Run(block, function);
        }
        fold.Add(own, sums[..(2 * channels)]);
    }

    /// <summary>dx = scale g + slope (x - mean) + offset, or dx increased by it.</summary>
    /// <param name="x">The block: [rows, channels].</param>
    /// <param name="xStride">Floats from one row of x to the next.</param>
    /// <param name="dy">The gradient of the result.</param>
    /// <param name="dyStride">Floats from one row of dy to the next.</param>
    /// <param name="dx">Receives the gradient of x; may be dy.</param>
    /// <param name="dxStride">Floats from one row of dx to the next.</param>
    /// <param name="vectors">All channels.</param>
    /// <param name="slope">The correction through the variance: [channels].</param>
    /// <param name="offset">The correction through the mean: [channels].</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="function">f.</param>
    /// <param name="accumulate">Whether to add to what dx holds.</param>
    /// <param name="large">Whether they are larger than <see cref="NormalizeRows.LargeBytes"/>: dx is then written past the cache.</param>
    [SkipLocalsInit]
    public static void Correct(
        ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> dy, int dyStride, Span<float> dx, int dxStride,
        in NormalizationVectors vectors, ReadOnlySpan<float> slope, ReadOnlySpan<float> offset, int rows, int channels, ActivationFunction function, bool accumulate, bool large)
    {
        var fold = RowFold.Of(rows, channels, xStride, dyStride, dxStride);
        Span<float> room = stackalloc float[fold.Room(NormalizationVectors.Count + 2)];
        fixed (float* px = x, pdy = dy, pdx = dx, ps = fold.Repeat(slope, ref room), po = fold.Repeat(offset, ref room))
        fixed (float* mean = fold.Repeat(vectors.Mean, ref room), scale = fold.Repeat(vectors.Scale, ref room), shift = fold.Repeat(vectors.Shift, ref room))
        {
            var block = new Block(
                px, fold.Stride(xStride), pdy, fold.Stride(dyStride), pdx, fold.Stride(dxStride), mean, scale, shift, ps, po, fold, accumulate, large);
            FunctionLoop.Run(block, function);
        }
    }

    private readonly struct Block(
        float* x, nint xStride, float* dy, nint dyStride, float* target, nint targetStride, float* mean, float* scale, float* shift, float* slope, float* offset,
        RowFold fold, bool accumulate, bool large) : IFunctionLoop
    {
        public readonly float* X = x;
        public readonly nint XStride = xStride;
        public readonly float* Dy = dy;
        public readonly nint DyStride = dyStride;
        public readonly float* Target = target;
        public readonly nint TargetStride = targetStride;
        public readonly float* Mean = mean;
        public readonly float* Scale = scale;
        public readonly float* Shift = shift;
        public readonly float* Slope = slope;
        public readonly float* Offset = offset;
        public readonly int Channels = fold.Channels;
        public readonly bool Accumulate = accumulate;
        public readonly bool Stream = large && !accumulate && fold.CanStream(target, targetStride);

        public void Run<TFunction, TOperations, TVector>(TFunction function)
            where TFunction : struct, IActivationFunction
            where TOperations : IVectorOperations<TVector>
            where TVector : struct
        {
            if (Slope is null)
                RowBlock.Run<ReduceLoop<TFunction>, TOperations, TVector>(new ReduceLoop<TFunction>(this, function), fold, large);
            else
                RowBlock.Run<CorrectLoop<TFunction>, TOperations, TVector>(new CorrectLoop<TFunction>(this, function), fold, large);
        }
    }

    private readonly struct ReduceLoop<TFunction>(in Block block, TFunction function) : IStripLoop
        where TFunction : struct, IActivationFunction
    {
        private readonly Block block = block;
        private readonly TFunction function = function;

        public void Run<TOperations, TVector>(in StripPiece piece)
            where TOperations : IVectorOperations<TVector>
            where TVector : struct
        {
            var (c, left) = (piece.Channel, piece.Left);
            var channels = new Channels<TOperations, TVector>(block, c, left);
            var (xStride, dyStride) = (block.XStride, block.DyStride);
            var x = block.X + piece.Row * xStride + c;
            var dy = block.Dy + piece.Row * dyStride + c;
            var (aheadX, aheadDy) = (piece.Ahead * xStride, piece.Ahead * dyStride);
            var sum = TOperations.Zero;
            var product = TOperations.Zero;
            for (var rows = piece.Rows; rows > 0; rows--, x += xStride, dy += dyStride)
            {
                Ahead.Ask<TOperations, TVector>(x + aheadX);
                Ahead.Ask<TOperations, TVector>(dy + aheadDy);
                var centred = channels.Centre(x);
                var g = channels.Gradient(function, centred, dy);
                sum = TOperations.Add(sum, g);
                product = TOperations.MultiplyAdd(g, centred, product);
            }
            ColumnBlock.Increase<TOperations, TVector>(sum, block.Target + c, left);
            ColumnBlock.Increase<TOperations, TVector>(product, block.Target + block.Channels + c, left);
        }
    }

    private readonly struct CorrectLoop<TFunction>(in Block block, TFunction function) : IStripLoop
        where TFunction : struct, IActivationFunction
    {
        private readonly Block block = block;
        private readonly TFunction function = function;

        public void Run<TOperations, TVector>(in StripPiece piece)
            where TOperations : IVectorOperations<TVector>
            where TVector : struct
        {
            var (c, left) = (piece.Channel, piece.Left);
            var channels = new Channels<TOperations, TVector>(block, c, left);
            var slope = ColumnBlock.Load<TOperations, TVector>(block.Slope + c, left);
            var offset = ColumnBlock.Load<TOperations, TVector>(block.Offset + c, left);
            var (xStride, dyStride, stride) = (block.XStride, block.DyStride, block.TargetStride);
            var x = block.X + piece.Row * xStride + c;
            var dy = block.Dy + piece.Row * dyStride + c;
            var dx = block.Target + piece.Row * stride + c;
            var (aheadX, aheadDy) = (piece.Ahead * xStride, piece.Ahead * dyStride);
            var (accumulate, stream) = (block.Accumulate, block.Stream);
            for (var rows = piece.Rows; rows > 0; rows--, x += xStride, dy += dyStride, dx += stride)
            {
                Ahead.Ask<TOperations, TVector>(x + aheadX);
                Ahead.Ask<TOperations, TVector>(dy + aheadDy);
                var centred = channels.Centre(x);
                var g = channels.Gradient(function, centred, dy);
                var value = TOperations.MultiplyAdd(g, channels.Scale, TOperations.MultiplyAdd(centred, slope, offset));
                if (accumulate)
                    value = TOperations.Add(value, ColumnBlock.Load<TOperations, TVector>(dx, left));
                if (stream)
                    TOperations.StoreNonTemporal(value, dx);
                else
                    ColumnBlock.Store<TOperations, TVector>(value, dx, left);
            }
        }
    }

    /// <summary>What belongs to a piece's channels.</summary>
    private readonly struct Channels<TOperations, TVector>
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        private readonly TVector mean;
        private readonly TVector shift;
        private readonly int left;

        public readonly TVector Scale;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Channels(in Block block, int c, int left)
        {
            mean = ColumnBlock.Load<TOperations, TVector>(block.Mean + c, left);
            Scale = ColumnBlock.Load<TOperations, TVector>(block.Scale + c, left);
            shift = ColumnBlock.Load<TOperations, TVector>(block.Shift + c, left);
            this.left = left;
        }

        /// <summary>x - mean of a row.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Centre(float* x) => TOperations.Subtract(ColumnBlock.Load<TOperations, TVector>(x, left), mean);

        /// <summary>g of a row.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Gradient<TFunction>(TFunction function, TVector centred, float* dy)
            where TFunction : struct, IActivationFunction => ActivationGradient.At<TFunction, TOperations, TVector>(
                function, TOperations.MultiplyAdd(centred, Scale, shift), ColumnBlock.Load<TOperations, TVector>(dy, left));
    }
}
