using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Batchwise.Kernels;

/// <summary>
/// Copies a part of a matrix into panels: the lanes that a tile reads at once, rows of A or columns of B, side by side, step
/// after step of the inner dimension.
/// </summary>
internal static unsafe class Packing<TOperations, TVector>
    where TOperations : struct, IVectorOperations<TVector>
    where TVector : struct
{
    /// <summary>
    /// panel[i / width][k, i % width] = source[i, k]. Lanes that the last panel has beyond <paramref name="lanes"/> are left as
    /// they are: no tile reads them.
    /// </summary>
    /// <param name="source">Element (i, k) at <c>source[i * laneStride + k * stepStride]</c>; one of the strides is 1.</param>
    /// <param name="laneStride">Floats from one lane to the next.</param>
    /// <param name="stepStride">Floats from one step of the inner dimension to the next.</param>
    /// <param name="lanes">Rows of A, or columns of B.</param>
    /// <param name="steps">The part of the inner dimension.</param>
    /// <param name="panels">Panels of [steps, width], one after another.</param>
    /// <param name="width">Lanes of a panel.</param>
    public static void Pack(float* source, nint laneStride, nint stepStride, int lanes, int steps, float* panels, int width)
    {
        if (laneStride == 1)
            Copy(source, stepStride, lanes, steps, panels, width);
        else
            Transpose(source, laneStride, lanes, steps, panels, width);
    }

    /// <summary>Reads the source row by row, as it lies, through all panels: rows may be pages apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(float* source, nint stepStride, int lanes, int steps, float* panels, int width)
    {
        for (var k = 0; k < steps; k++)
        {
            var from = source + k * stepStride;
            var to = panels + (nint)k * width;
            for (var rest = lanes; rest > 0; rest -= width, from += width, to += (nint)steps * width)
            {
                var count = Math.Min(rest, width);
                var i = 0;
                for (; i + TOperations.Width <= count; i += TOperations.Width)
                    TOperations.Store(TOperations.Load(from + i), to + i);
                if (i < count)
                    TOperations.StorePartial(TOperations.LoadPartial(from + i, count - i), to + i, count - i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(float* source, nint laneStride, int lanes, int steps, float* panels, int width)
    {
        for (var panel = 0; panel < lanes; panel += width, panels += (nint)steps * width)
        {
            var end = Math.Min(panel + width, lanes);
            var i = panel;
            for (; i + 4 <= end; i += 4)
            {
                var from = source + i * laneStride;
                var to = panels + (i - panel);
                var k = 0;
                for (; k + 4 <= steps; k += 4, from += 4, to += 4 * width)
                    Transpose4x4(from, laneStride, to, width);
                for (; k < steps; k++, from++, to += width)
                {
                    for (var j = 0; j < 4; j++)
                        to[j] = from[j * laneStride];
                }
            }
            for (; i + 2 <= end; i += 2)
            {
                var from = source + i * laneStride;
                var to = panels + (i - panel);
                var k = 0;
                for (; k + 4 <= steps; k += 4, from += 4, to += 4 * width)
                    Transpose2x4(from, laneStride, to, width);
                for (; k < steps; k++, from++, to += width)
                    (to[0], to[1]) = (from[0], from[laneStride]);
            }
            for (; i < end; i++)
            {
                for (var k = 0; k < steps; k++)
                    panels[(nint)k * width + i - panel] = source[i * laneStride + k];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose2x4(float* source, nint sourceRow, float* target, nint targetRow)
    {
        var r0 = Vector128.Load(source);
        var r1 = Vector128.Load(source + sourceRow);
        var low = InterleaveLow(r0, r1).AsDouble();
        var high = InterleaveHigh(r0, r1).AsDouble();
        StorePair(low.ToScalar(), target);
        StorePair(low.GetElement(1), target + targetRow);
        StorePair(high.ToScalar(), target + 2 * targetRow);
        StorePair(high.GetElement(1), target + 3 * targetRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePair(double pair, float* target) => Unsafe.WriteUnaligned(target, pair);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose4x4(float* source, nint sourceRow, float* target, nint targetRow)
    {
        var r0 = Vector128.Load(source);
        var r1 = Vector128.Load(source + sourceRow);
        var r2 = Vector128.Load(source + 2 * sourceRow);
        var r3 = Vector128.Load(source + 3 * sourceRow);
        var low01 = InterleaveLow(r0, r1);
        var low23 = InterleaveLow(r2, r3);
        var high01 = InterleaveHigh(r0, r1);
        var high23 = InterleaveHigh(r2, r3);
        InterleaveLow(low01.AsDouble(), low23.AsDouble()).AsSingle().Store(target);
        InterleaveHigh(low01.AsDouble(), low23.AsDouble()).AsSingle().Store(target + targetRow);
        InterleaveLow(high01.AsDouble(), high23.AsDouble()).AsSingle().Store(target + 2 * targetRow);
        InterleaveHigh(high01.AsDouble(), high23.AsDouble()).AsSingle().Store(target + 3 * targetRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> InterleaveLow(Vector128<float> left, Vector128<float> right) =>
        Sse.IsSupported ? Sse.UnpackLow(left, right)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(left, right)
        : Vector128.Create(left[0], right[0], left[1], right[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> InterleaveHigh(Vector128<float> left, Vector128<float> right) =>
        Sse.IsSupported ? Sse.UnpackHigh(left, right)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(left, right)
        : Vector128.Create(left[2], right[2], left[3], right[3]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> InterleaveLow(Vector128<double> left, Vector128<double> right) =>
        Sse2.IsSupported ? Sse2.UnpackLow(left, right)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(left, right)
        : Vector128.Create(left[0], right[0]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> InterleaveHigh(Vector128<double> left, Vector128<double> right) =>
        Sse2.IsSupported ? Sse2.UnpackHigh(left, right)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(left, right)
        : Vector128.Create(left[1], right[1]);
}
