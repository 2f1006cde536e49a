using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>What local response normalization is made of: y = x (offset + alpha / size x sum of squares over size channels)^-beta.</summary>
/// <param name="Size">Channels of the window, odd.</param>
/// <param name="Alpha">The factor of the mean square.</param>
/// <param name="Beta">The exponent.</param>
/// <param name="Offset">What is added to the mean square.</param>
internal readonly record struct ResponseSettings(int Size, float Alpha, float Beta, float Offset)
{
    /// <summary>Channels on either side of the one that is normalized.</summary>
    public int Reach => Size / 2;

    /// <summary>The factor of the sum of squares.</summary>
    public float Factor => Alpha / Size;
}

/// <summary>Local response normalization across the channels of rows, and backward.</summary>
internal static unsafe class ResponseRows
{
    private const float UsualBeta = 0.75f;

    /// <summary>Floats of scratch that both directions need: rows with the window's reach on both sides, and one of powers.</summary>
    public static long Scratch(in ResponseSettings settings, int channels) => 2L * (channels + 2 * settings.Reach) + 2L * channels;

    /// <summary>y = x scale^-beta.</summary>
    /// <param name="settings">The normalization.</param>
    /// <param name="x">The rows: [rows, channels].</param>
    /// <param name="xStride">Floats from one row of x to the next.</param>
    /// <param name="y">Receives the result.</param>
    /// <param name="yStride">Floats from one row of y to the next.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="scratch"><see cref="Scratch"/> floats.</param>
    public static void Forward(
        in ResponseSettings settings, ReadOnlySpan<float> x, int xStride, Span<float> y, int yStride, int rows, int channels, Span<float> scratch)
    {
        Require("x", x, xStride, rows, channels);
        Require("y", y, yStride, rows, channels);
        fixed (float* px = x, py = y, ps = Cleared(settings, channels, scratch))
        {
            var work = new Work(settings, ps, channels);
            switch (InstructionSet.Current)
            {
                case KernelKind.Vector512: Forward<Vector512Operations, Vector512<float>>(work, px, xStride, py, yStride, rows); break;
                case KernelKind.Vector256: Forward<Vector256Operations, Vector256<float>>(work, px, xStride, py, yStride, rows); break;
                case KernelKind.Vector128: Forward<Vector128Operations, Vector128<float>>(work, px, xStride, py, yStride, rows); break;
                default: Forward<ScalarOperations, float>(work, px, xStride, py, yStride, rows); break;
            }
        }
    }

    /// <summary>dx = dy scale^-beta - 2 beta alpha / size x (sum of dy x scale^(-beta - 1) over the channels that see it).</summary>
    /// <param name="settings">The normalization.</param>
    /// <param name="x">The rows: [rows, channels].</param>
    /// <param name="xStride">Floats from one row of x to the next.</param>
    /// <param name="dy">The gradient of y.</param>
    /// <param name="dyStride">Floats from one row of dy to the next.</param>
    /// <param name="dx">Receives the gradient of x.</param>
    /// <param name="dxStride">Floats from one row of dx to the next.</param>
    /// <param name="accumulate">Whether it is added to what is there.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="channels">How many channels.</param>
    /// <param name="scratch"><see cref="Scratch"/> floats.</param>
    public static void Backward(
        in ResponseSettings settings, ReadOnlySpan<float> x, int xStride, ReadOnlySpan<float> dy, int dyStride, Span<float> dx, int dxStride, bool accumulate,
        int rows, int channels, Span<float> scratch)
    {
        Require("x", x, xStride, rows, channels);
        Require("dy", dy, dyStride, rows, channels);
        Require("dx", dx, dxStride, rows, channels);
        fixed (float* px = x, pdy = dy, pdx = dx, ps = Cleared(settings, channels, scratch))
        {
            var work = new Work(settings, ps, channels);
            switch (InstructionSet.Current)
            {
                case KernelKind.Vector512: Backward<Vector512Operations, Vector512<float>>(work, px, xStride, pdy, dyStride, pdx, dxStride, accumulate, rows); break;
                case KernelKind.Vector256: Backward<Vector256Operations, Vector256<float>>(work, px, xStride, pdy, dyStride, pdx, dxStride, accumulate, rows); break;
                case KernelKind.Vector128: Backward<Vector128Operations, Vector128<float>>(work, px, xStride, pdy, dyStride, pdx, dxStride, accumulate, rows); break;
                default: Backward<ScalarOperations, float>(work, px, xStride, pdy, dyStride, pdx, dxStride, accumulate, rows); break;
            }
        }
    }

    private static void Forward<TOperations, TVector>(in Work work, float* x, nint xStride, float* y, nint yStride, int rows)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        for (var row = 0; row < rows; row++, x += xStride, y += yStride)
        {
            Powers<TOperations, TVector>(work, x);
            for (var c = 0; c < work.Channels; c += TOperations.Width)
            {
                var left = work.Channels - c;
                ColumnBlock.Store<TOperations, TVector>(TOperations.Multiply(
                    ColumnBlock.Load<TOperations, TVector>(x + c, left), ColumnBlock.Load<TOperations, TVector>(work.Powers + c, left)), y + c, left);
            }
        }
    }

    private static void Backward<TOperations, TVector>(
        in Work work, float* x, nint xStride, float* dy, nint dyStride, float* dx, nint dxStride, bool accumulate, int rows)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var common = TOperations.Broadcast(-2 * work.Settings.Beta * work.Settings.Factor);
        for (var row = 0; row < rows; row++, x += xStride, dy += dyStride, dx += dxStride)
        {
            Powers<TOperations, TVector>(work, x);
            for (var c = 0; c < work.Channels; c += TOperations.Width)
            {
                var left = work.Channels - c;
                var product = TOperations.Multiply(
                    TOperations.Multiply(ColumnBlock.Load<TOperations, TVector>(dy + c, left), ColumnBlock.Load<TOperations, TVector>(x + c, left)),
                    ColumnBlock.Load<TOperations, TVector>(work.Powers + c, left));
                ColumnBlock.Store<TOperations, TVector>(
                    TOperations.Divide(product, ColumnBlock.Load<TOperations, TVector>(work.Scales + c, left)), work.Products + c, left);
            }
            for (var c = 0; c < work.Channels; c += TOperations.Width)
            {
                var left = work.Channels - c;
                var gradient = TOperations.Multiply(
                    ColumnBlock.Load<TOperations, TVector>(dy + c, left), ColumnBlock.Load<TOperations, TVector>(work.Powers + c, left));
                gradient = TOperations.MultiplyAdd(
                    TOperations.Multiply(common, ColumnBlock.Load<TOperations, TVector>(x + c, left)), Around<TOperations, TVector>(work, work.Products, c, left), gradient);
                if (accumulate)
                    gradient = TOperations.Add(ColumnBlock.Load<TOperations, TVector>(dx + c, left), gradient);
                ColumnBlock.Store<TOperations, TVector>(gradient, dx + c, left);
            }
        }
    }

    /// <summary>A row's scales, and their powers -beta.</summary>
    private static void Powers<TOperations, TVector>(in Work work, float* x)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        for (var c = 0; c < work.Channels; c += TOperations.Width)
        {
            var left = work.Channels - c;
            var value = ColumnBlock.Load<TOperations, TVector>(x + c, left);
            ColumnBlock.Store<TOperations, TVector>(TOperations.Multiply(value, value), work.Squares + c, left);
        }
        var factor = TOperations.Broadcast(work.Settings.Factor);
        var offset = TOperations.Broadcast(work.Settings.Offset);
        var one = TOperations.Broadcast(1);
        var usual = work.Settings.Beta == UsualBeta;
        for (var c = 0; c < work.Channels; c += TOperations.Width)
        {
            var left = work.Channels - c;
            var scale = TOperations.MultiplyAdd(Around<TOperations, TVector>(work, work.Squares, c, left), factor, offset);
            ColumnBlock.Store<TOperations, TVector>(scale, work.Scales + c, left);
            if (!usual)
                continue;
            var root = TOperations.Sqrt(scale);
            ColumnBlock.Store<TOperations, TVector>(TOperations.Divide(one, TOperations.Multiply(root, TOperations.Sqrt(root))), work.Powers + c, left);
        }
        for (var c = 0; !usual && c < work.Channels; c++)
            work.Powers[c] = MathF.Pow(work.Scales[c], -work.Settings.Beta);
    }

    /// <summary>The sums over the window about channels.</summary>
    private static TVector Around<TOperations, TVector>(in Work work, float* values, int channel, int left)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var sum = TOperations.Zero;
        for (var d = -work.Settings.Reach; d <= work.Settings.Reach; d++)
            sum = TOperations.Add(sum, ColumnBlock.Load<TOperations, TVector>(values + channel + d, left));
        return sum;
    }

    /// <summary>Scratch whose rows have nothing beyond the channels.</summary>
    private static Span<float> Cleared(in ResponseSettings settings, int channels, Span<float> scratch)
    {
        var length = (int)Scratch(settings, channels);
        if (scratch.Length < length)
            throw new ArgumentException($"Local response normalization of {channels} channels takes {length} floats of scratch, not {scratch.Length}.");
        scratch[..length].Clear();
        return scratch;
    }

    private static void Require(string name, ReadOnlySpan<float> values, int stride, int rows, int channels)
    {
        if (stride < channels || values.Length < (long)(rows - 1) * stride + channels)
            throw new ArgumentException($"{name} of local response normalization is [{rows}, {channels}]: {values.Length} floats at a stride of {stride} do not hold it.");
    }

    private readonly struct Work(ResponseSettings settings, float* scratch, int channels)
    {
        public readonly ResponseSettings Settings = settings;
        public readonly int Channels = channels;
        public readonly float* Squares = scratch + settings.Reach;
        public readonly float* Products = scratch + channels + 3 * settings.Reach;
        public readonly float* Scales = scratch + 2 * (channels + 2 * settings.Reach);
        public readonly float* Powers = scratch + 2 * (channels + 2 * settings.Reach) + channels;
    }
}
