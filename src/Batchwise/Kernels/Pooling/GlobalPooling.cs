using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>The average of each channel over all places of a map, and backward.</summary>
internal static unsafe class GlobalPooling
{
    /// <summary>Places whose values go into the sum together, so that its rounding is that of fewer terms.</summary>
    private const int Together = 8;

    /// <summary>Averages one sample's map.</summary>
    /// <param name="x">The map: [places, channels].</param>
    /// <param name="xStride">Floats from one place to the next.</param>
    /// <param name="y">Receives the averages: [channels].</param>
    /// <param name="places">How many places.</param>
    public static void Forward(ReadOnlySpan<float> x, int xStride, Span<float> y, int places)
    {
        Require("x", x, xStride, places, y.Length);
        fixed (float* px = x, py = y)
        {
            switch (InstructionSet.Current)
            {
                case KernelKind.Vector512: Forward<Vector512Operations, Vector512<float>>(px, xStride, py, places, y.Length); break;
                case KernelKind.Vector256: Forward<Vector256Operations, Vector256<float>>(px, xStride, py, places, y.Length); break;
                case KernelKind.Vector128: Forward<Vector128Operations, Vector128<float>>(px, xStride, py, places, y.Length); break;
                default: Forward<ScalarOperations, float>(px, xStride, py, places, y.Length); break;
            }
        }
    }

    /// <summary>Gives places of one sample's map their part of its gradient.</summary>
    /// <param name="dy">The gradient of the averages: [channels].</param>
    /// <param name="dx">Receives the gradient of x: [rows, channels].</param>
    /// <param name="dxStride">Floats from one place of dx to the next.</param>
    /// <param name="rows">How many places are worked on.</param>
    /// <param name="places">How many places the map has.</param>
    /// <param name="accumulate">Whether it is added to what is there.</param>
    public static void Backward(ReadOnlySpan<float> dy, Span<float> dx, int dxStride, int rows, int places, bool accumulate)
    {
        Require("dx", dx, dxStride, rows, dy.Length);
        fixed (float* pdy = dy, pdx = dx)
        {
            switch (InstructionSet.Current)
            {
                case KernelKind.Vector512: Backward<Vector512Operations, Vector512<float>>(pdy, pdx, dxStride, rows, dy.Length, 1f / places, accumulate); break;
                case KernelKind.Vector256: Backward<Vector256Operations, Vector256<float>>(pdy, pdx, dxStride, rows, dy.Length, 1f / places, accumulate); break;
                case KernelKind.Vector128: Backward<Vector128Operations, Vector128<float>>(pdy, pdx, dxStride, rows, dy.Length, 1f / places, accumulate); break;
                default: Backward<ScalarOperations, float>(pdy, pdx, dxStride, rows, dy.Length, 1f / places, accumulate); break;
            }
        }
    }

    private static void Forward<TOperations, TVector>(float* x, nint xStride, float* y, int places, int channels)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var factor = TOperations.Broadcast(1f / places);
        for (var first = 0; first < places; first += Together)
        {
            var end = Math.Min(places, first + Together);
            for (var c = 0; c < channels; c += TOperations.Width)
            {
                var left = channels - c;
                var sum = TOperations.Zero;
                for (var place = first; place < end; place++)
                    sum = TOperations.Add(sum, ColumnBlock.Load<TOperations, TVector>(x + place * xStride + c, left));
                if (first > 0)
                    sum = TOperations.Add(ColumnBlock.Load<TOperations, TVector>(y + c, left), sum);
                ColumnBlock.Store<TOperations, TVector>(end < places ? sum : TOperations.Multiply(sum, factor), y + c, left);
            }
        }
    }

    private static void Backward<TOperations, TVector>(float* dy, float* dx, nint dxStride, int rows, int channels, float inverse, bool accumulate)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var factor = TOperations.Broadcast(inverse);
        for (var row = 0; row < rows; row++)
        {
            var target = dx + row * dxStride;
            for (var c = 0; c < channels; c += TOperations.Width)
            {
                var left = channels - c;
                var gradient = TOperations.Multiply(ColumnBlock.Load<TOperations, TVector>(dy + c, left), factor);
                if (accumulate)
                    gradient = TOperations.Add(ColumnBlock.Load<TOperations, TVector>(target + c, left), gradient);
                ColumnBlock.Store<TOperations, TVector>(gradient, target + c, left);
            }
        }
    }

    private static void Require(string name, ReadOnlySpan<float> values, int stride, int rows, int channels)
    {
        if (stride < channels || values.Length < (long)(rows - 1) * stride + channels)
            throw new ArgumentException($"{name} of a global pool is [{rows}, {channels}]: {values.Length} floats at a stride of {stride} do not hold it.");
    }
}
