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
        nint channels = block.Channels;
        var row = 0;
        for (; row + RowBlock.Together <= block.Rows; row += RowBlock.Together)
        {
            for (nint c = 0; c < channels; c += TOperations.Width)
            {
                for (var ahead = RowBlock.Together; ahead < 2 * RowBlock.Together; ahead++)
                    Ahead.Ask(block.X + (row + ahead) * block.XStride, c);
                var (g0, p0) = Gradient<TFunction, TOperations, TVector>(block, function, row, c);
                var (g1, p1) = Gradient<TFunction, TOperations, TVector>(block, function, row + 1, c);
                var (g2, p2) = Gradient<TFunction, TOperations, TVector>(block, function, row + 2, c);
                var (g3, p3) = Gradient<TFunction, TOperations, TVector>(block, function, row + 3, c);
                var products = TOperations.MultiplyAdd(g0, p0, TOperations.MultiplyAdd(g1, p1, TOperations.MultiplyAdd(g2, p2, TOperations.Multiply(g3, p3))));
                AddTo<TOperations, TVector>(block, c, TOperations.Add(TOperations.Add(g0, g1), TOperations.Add(g2, g3)), products);
            }
        }
        for (; row < block.Rows; row++)
        {
            for (nint c = 0; c < channels; c += TOperations.Width)
            {
                var (g, p) = Gradient<TFunction, TOperations, TVector>(block, function, row, c);
                AddTo<TOperations, TVector>(block, c, g, TOperations.Multiply(g, p));
            }
        }
    }

    private static void Correct<TFunction, TOperations, TVector>(in Block block, TFunction function)
        where TFunction : struct, IActivationFunction
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        nint channels = block.Channels;
        var width = TOperations.Width;
        var stream = block.Stream && channels % width == 0 && block.TargetStride % width == 0 && (nint)block.Target % (width * sizeof(float)) == 0;
        for (var row = 0; row < block.Rows; row++)
        {
            for (nint c = 0; c < channels; c += width)
            {
                var left = (int)(channels - c);
                var place = row * block.TargetStride + c;
                Ahead.Ask(block.X + (row + RowBlock.Ahead) * block.XStride, c);
                Ahead.Ask(block.Dy + (row + RowBlock.Ahead) * block.DyStride, c);
                var (g, centred) = Gradient<TFunction, TOperations, TVector>(block, function, row, c);
                var through = TOperations.MultiplyAdd(
                    centred, ColumnBlock.Load<TOperations, TVector>(block.Slope + c, left), ColumnBlock.Load<TOperations, TVector>(block.Offset + c, left));
                var dx = TOperations.MultiplyAdd(g, ColumnBlock.Load<TOperations, TVector>(block.Scale + c, left), through);
                if (block.Accumulate)
                    dx = TOperations.Add(dx, ColumnBlock.Load<TOperations, TVector>(block.Target + place, left));
                if (stream)
                    TOperations.StoreNonTemporal(dx, block.Target + place);
                else
                    ColumnBlock.Store<TOperations, TVector>(dx, block.Target + place, left);
            }
        }
    }

    /// <summary>g and x - mean of some channels of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector Gradient, TVector Centred) Gradient<TFunction, TOperations, TVector>(in Block block, TFunction function, nint row, nint c)
        where TFunction : struct, IActivationFunction
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var left = (int)(block.Channels - c);
        var centred = TOperations.Subtract(
            ColumnBlock.Load<TOperations, TVector>(block.X + row * block.XStride + c, left), ColumnBlock.Load<TOperations, TVector>(block.Mean + c, left));
        var y = function.Value<TOperations, TVector>(TOperations.MultiplyAdd(
            centred, ColumnBlock.Load<TOperations, TVector>(block.Scale + c, left), ColumnBlock.Load<TOperations, TVector>(block.Shift + c, left)));
        return (function.Gradient<TOperations, TVector>(y, ColumnBlock.Load<TOperations, TVector>(block.Dy + row * block.DyStride + c, left)), centred);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo<TOperations, TVector>(in Block block, nint c, TVector gradient, TVector product)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var left = (int)(block.Channels - c);
        var sums = block.Target + c;
        var products = sums + block.Channels;
        ColumnBlock.Store<TOperations, TVector>(TOperations.Add(ColumnBlock.Load<TOperations, TVector>(sums, left), gradient), sums, left);
        ColumnBlock.Store<TOperations, TVector>(TOperations.Add(ColumnBlock.Load<TOperations, TVector>(products, left), product), products, left);
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
