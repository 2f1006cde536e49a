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
    public static void Reduce(
        ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> dy, int dyStride, in NormalizationVectors vectors, Span<float> sums, int rows, int channels,
        ActivationFunction function)
    {
        if (sums.Length < 2 * channels)
            throw new ArgumentException("What receives the sums is too short.");
        sums.Clear();
        fixed (float* px = x, pdy = dy, mean = vectors.Mean, scale = vectors.Scale, shift = vectors.Shift, ps = sums)
        {
            var block = new Block(px, xStride, pdy, dyStride, ps, 0, mean, scale, shift, null, null, rows, channels, false, false);
            FunctionLoop.Run(block, function);
        }
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
    /// <param name="stream">Whether to write past the cache; not together with accumulate.</param>
    public static void Correct(
        ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> dy, int dyStride, Span<float> dx, int dxStride,
        in NormalizationVectors vectors, ReadOnlySpan<float> slope, ReadOnlySpan<float> offset, int rows, int channels, ActivationFunction function, bool accumulate, bool stream)
    {
        fixed (float* px = x, pdy = dy, pdx = dx, mean = vectors.Mean, scale = vectors.Scale, shift = vectors.Shift, ps = slope, po = offset)
        {
            var block = new Block(px, xStride, pdy, dyStride, pdx, dxStride, mean, scale, shift, ps, po, rows, channels, accumulate, stream && !accumulate);
            FunctionLoop.Run(block, function);
        }
    }

    private static void Run<TFunction, TOperations, TVector>(in Block block, TFunction function)
        where TFunction : struct, IActivationFunction
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        if (block.Slope is not null)
            Correct<TFunction, TOperations, TVector>(block, function);
        else
            Reduce<TFunction, TOperations, TVector>(block, function);
    }

    private static void Reduce<TFunction, TOperations, TVector>(in Block block, TFunction function)
        where TFunction : struct, IActivationFunction
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var (xStride, dyStride) = (block.XStride, block.DyStride);
        var together = RowBlock.InStep(block.Channels, xStride);
        for (var first = 0; first < block.Rows; first += together)
        {
            var rows = Math.Min(together, block.Rows - first);
            for (nint c = 0; c < block.Channels; c += TOperations.Width)
            {
                var channels = new Channels<TOperations, TVector>(block, c);
                var x = block.X + first * xStride + c;
                var dy = block.Dy + first * dyStride + c;
                var sums = block.Target + c;
                var products = sums + block.Channels;
                // Sums of these rows alone, which lose less than each row added to the large sum would; two of each, for shorter chains.
                TVector sum, otherSum, product, otherProduct;
                sum = otherSum = product = otherProduct = TOperations.Zero;
                var row = 0;
                for (; row + 2 <= rows; row += 2, x += 2 * xStride, dy += 2 * dyStride)
                {
                    Ahead.Ask(x + RowBlock.Together * xStride);
                    Ahead.Ask(x + (RowBlock.Together + 1) * xStride);
                    var (g, centred) = channels.Gradient(function, x, dy);
                    var (otherG, otherCentred) = channels.Gradient(function, x + xStride, dy + dyStride);
                    (sum, otherSum) = (TOperations.Add(sum, g), TOperations.Add(otherSum, otherG));
                    (product, otherProduct) = (TOperations.MultiplyAdd(g, centred, product), TOperations.MultiplyAdd(otherG, otherCentred, otherProduct));
                }
                if (row < rows)
                {
                    var (g, centred) = channels.Gradient(function, x, dy);
                    (sum, product) = (TOperations.Add(sum, g), TOperations.MultiplyAdd(g, centred, product));
                }
                ColumnBlock.Store<TOperations, TVector>(TOperations.Add(ColumnBlock.Load<TOperations, TVector>(sums, channels.Left), TOperations.Add(sum, otherSum)), sums, channels.Left);
                ColumnBlock.Store<TOperations, TVector>(
                    TOperations.Add(ColumnBlock.Load<TOperations, TVector>(products, channels.Left), TOperations.Add(product, otherProduct)), products, channels.Left);
            }
        }
    }

    private static void Correct<TFunction, TOperations, TVector>(in Block block, TFunction function)
        where TFunction : struct, IActivationFunction
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var width = TOperations.Width;
        var stream = block.Stream && block.Channels % width == 0 && block.TargetStride % width == 0 && (nint)block.Target % (width * sizeof(float)) == 0;
        var accumulate = block.Accumulate;
        var (xStride, dyStride, targetStride) = (block.XStride, block.DyStride, block.TargetStride);
        var together = RowBlock.InStep(block.Channels, xStride);
        for (var first = 0; first < block.Rows; first += together)
        {
            var rows = Math.Min(together, block.Rows - first);
            for (nint c = 0; c < block.Channels; c += width)
            {
                var channels = new Channels<TOperations, TVector>(block, c);
                var slope = ColumnBlock.Load<TOperations, TVector>(block.Slope + c, channels.Left);
                var offset = ColumnBlock.Load<TOperations, TVector>(block.Offset + c, channels.Left);
                var x = block.X + first * xStride + c;
                var dy = block.Dy + first * dyStride + c;
                var target = block.Target + first * targetStride + c;
                for (var row = 0; row < rows; row++, x += xStride, dy += dyStride, target += targetStride)
                {
                    Ahead.Ask(x + RowBlock.Together * xStride);
                    Ahead.Ask(dy + RowBlock.Together * dyStride);
                    var (g, centred) = channels.Gradient(function, x, dy);
                    var dx = TOperations.MultiplyAdd(g, channels.Scale, TOperations.MultiplyAdd(centred, slope, offset));
                    if (accumulate)
                        dx = TOperations.Add(dx, ColumnBlock.Load<TOperations, TVector>(target, channels.Left));
                    if (stream)
                        TOperations.StoreNonTemporal(dx, target);
                    else
                        ColumnBlock.Store<TOperations, TVector>(dx, target, channels.Left);
                }
            }
        }
    }

    /// <summary>What belongs to a vector of channels.</summary>
    private readonly struct Channels<TOperations, TVector>(in Block block, nint c)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        private readonly TVector mean = ColumnBlock.Load<TOperations, TVector>(block.Mean + c, (int)(block.Channels - c));
        private readonly TVector shift = ColumnBlock.Load<TOperations, TVector>(block.Shift + c, (int)(block.Channels - c));

        public readonly TVector Scale = ColumnBlock.Load<TOperations, TVector>(block.Scale + c, (int)(block.Channels - c));
        public readonly int Left = (int)(block.Channels - c);

        /// <summary>g and x - mean of a row.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public (TVector Gradient, TVector Centred) Gradient<TFunction>(TFunction function, float* x, float* dy)
            where TFunction : struct, IActivationFunction
        {
            var centred = TOperations.Subtract(ColumnBlock.Load<TOperations, TVector>(x, Left), mean);
            var y = function.Value<TOperations, TVector>(TOperations.MultiplyAdd(centred, Scale, shift));
            return (function.Gradient<TOperations, TVector>(y, ColumnBlock.Load<TOperations, TVector>(dy, Left)), centred);
        }
    }

    private readonly struct Block(
        float* x, int xStride, float* dy, int dyStride, float* target, int targetStride, float* mean, float* scale, float* shift, float* slope, float* offset,
        int rows, int channels, bool accumulate, bool stream) : IFunctionLoop
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
        public readonly int Rows = rows;
        public readonly int Channels = channels;
        public readonly bool Accumulate = accumulate;
        public readonly bool Stream = stream;

        public void Run<TFunction, TOperations, TVector>(TFunction function)
            where TFunction : struct, IActivationFunction
            where TOperations : IVectorOperations<TVector>
            where TVector : struct => NormalizeRowsBackward.Run<TFunction, TOperations, TVector>(this, function);
    }
}
