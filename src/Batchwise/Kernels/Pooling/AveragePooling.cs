using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>
/// The average under each window, channel by channel, and backward. What a window's sum is divided by is what it counts of lines
/// times what it counts of columns, so both directions are weighted sums of lines into scratch, then of that line's columns.
/// </summary>
internal static unsafe class AveragePooling
{
    /// <summary>Floats of scratch that a task needs in either direction: a line.</summary>
    public static long Scratch(in PoolShape shape) => (long)Math.Max(shape.Width, shape.OutWidth) * shape.PaddedChannels;

    /// <summary>Computes lines of y.</summary>
    /// <param name="shape">The pool.</param>
    /// <param name="factors">One over what each line of an output counts of lines, then one over what each column counts of columns.</param>
    /// <param name="x">The maps: [N Height Width, Channels].</param>
    /// <param name="xStride">Floats from one place of x to the next.</param>
    /// <param name="y">Receives the averages: [N OutHeight OutWidth, Channels].</param>
    /// <param name="yStride">Floats from one place of y to the next.</param>
    /// <param name="firstLine">The first line of y, counted through the batch.</param>
    /// <param name="lines">How many lines.</param>
    /// <param name="scratch"><see cref="Scratch"/> floats.</param>
    public static void Forward(
        in PoolShape shape, ReadOnlySpan<float> factors, ReadOnlySpan<float> x, int xStride, Span<float> y, int yStride, int firstLine, int lines, Span<float> scratch)
    {
        Require(shape, factors, scratch);
        shape.Require("x", PoolShape.WholeMaps(firstLine + lines, shape.OutHeight, shape.Height), shape.Width, x.Length, xStride);
        shape.Require("y", firstLine + lines, shape.OutWidth, y.Length, yStride);
        fixed (float* pf = factors, px = x, py = y, ps = scratch)
        {
            var work = new Work(pf, px, xStride, py, yStride, accumulate: false, firstLine, lines, ps);
            switch (InstructionSet.Current)
            {
                case KernelKind.Vector512: Forward<Vector512Operations, Vector512<float>>(shape, work); break;
                case KernelKind.Vector256: Forward<Vector256Operations, Vector256<float>>(shape, work); break;
                case KernelKind.Vector128: Forward<Vector128Operations, Vector128<float>>(shape, work); break;
                default: Forward<ScalarOperations, float>(shape, work); break;
            }
        }
    }

    /// <summary>Computes lines of dx: each place gathers its part of the gradients of the windows that see it.</summary>
    /// <param name="shape">The pool.</param>
    /// <param name="factors">As forward.</param>
    /// <param name="dy">The gradient of y: [N OutHeight OutWidth, Channels].</param>
    /// <param name="dyStride">Floats from one place of dy to the next.</param>
    /// <param name="dx">Receives the gradient of x: [N Height Width, Channels].</param>
    /// <param name="dxStride">Floats from one place of dx to the next.</param>
    /// <param name="accumulate">Whether it is added to what is there.</param>
    /// <param name="firstLine">The first line of dx, counted through the batch.</param>
    /// <param name="lines">How many lines.</param>
    /// <param name="scratch"><see cref="Scratch"/> floats.</param>
    public static void Backward(
        in PoolShape shape, ReadOnlySpan<float> factors, ReadOnlySpan<float> dy, int dyStride, Span<float> dx, int dxStride, bool accumulate,
        int firstLine, int lines, Span<float> scratch)
    {
        Require(shape, factors, scratch);
        shape.Require("dy", PoolShape.WholeMaps(firstLine + lines, shape.Height, shape.OutHeight), shape.OutWidth, dy.Length, dyStride);
        shape.Require("dx", firstLine + lines, shape.Width, dx.Length, dxStride);
        fixed (float* pf = factors, pdy = dy, pdx = dx, ps = scratch)
        {
            var work = new Work(pf, pdy, dyStride, pdx, dxStride, accumulate, firstLine, lines, ps);
            switch (InstructionSet.Current)
            {
                case KernelKind.Vector512: Backward<Vector512Operations, Vector512<float>>(shape, work); break;
                case KernelKind.Vector256: Backward<Vector256Operations, Vector256<float>>(shape, work); break;
                case KernelKind.Vector128: Backward<Vector128Operations, Vector128<float>>(shape, work); break;
                default: Backward<ScalarOperations, float>(shape, work); break;
            }
        }
    }

    private static void Forward<TOperations, TVector>(in PoolShape shape, in Work work)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var (channels, padded) = (shape.Channels, (nint)shape.PaddedChannels);
        for (var line = work.FirstLine; line < work.FirstLine + work.Lines; line++)
        {
            var (sample, i) = Math.DivRem(line, shape.OutHeight);
            var seen = shape.LinesOf(i);
            var x = work.Source + ((long)sample * shape.Height + seen.First) * shape.Width * work.SourceStride;
            for (var column = 0; column < shape.Width; column++)
            {
                Sum<TOperations, TVector>(
                    x + column * work.SourceStride, shape.Width * work.SourceStride, seen.Count, work.Factors + i, 0,
                    work.Scratch + column * padded, channels, accumulate: false);
            }
            var y = work.Target + (long)line * shape.OutWidth * work.TargetStride;
            for (var j = 0; j < shape.OutWidth; j++)
            {
                var columns = shape.ColumnsOf(j);
                Sum<TOperations, TVector>(
                    work.Scratch + columns.First * padded, padded, columns.Count, work.Factors + shape.OutHeight + j, 0,
                    y + j * work.TargetStride, channels, accumulate: false);
            }
        }
    }

    private static void Backward<TOperations, TVector>(in PoolShape shape, in Work work)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var (channels, padded) = (shape.Channels, (nint)shape.PaddedChannels);
        for (var line = work.FirstLine; line < work.FirstLine + work.Lines; line++)
        {
            var (sample, row) = Math.DivRem(line, shape.Height);
            var (top, bottom) = shape.LinesThatSee(row);
            var dy = work.Source + ((long)sample * shape.OutHeight + top) * shape.OutWidth * work.SourceStride;
            for (var j = 0; j < shape.OutWidth; j++)
            {
                Sum<TOperations, TVector>(
                    dy + j * work.SourceStride, shape.OutWidth * work.SourceStride, bottom - top, work.Factors + top, 1,
                    work.Scratch + j * padded, channels, accumulate: false);
            }
            var dx = work.Target + (long)line * shape.Width * work.TargetStride;
            for (var column = 0; column < shape.Width; column++)
            {
                var (first, end) = shape.ColumnsThatSee(column);
                Sum<TOperations, TVector>(
                    work.Scratch + first * padded, padded, end - first, work.Factors + shape.OutHeight + first, 1,
                    dx + column * work.TargetStride, channels, work.Accumulate);
            }
        }
    }

    /// <summary>target (+)= the sum of so many rows, each by its weight; none give zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sum<TOperations, TVector>(
        float* source, nint stride, int count, float* weights, int weightStride, float* target, int channels, bool accumulate)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var first = count > 0 ? TOperations.Broadcast(weights[0]) : TOperations.Zero;
        var second = count > 1 ? TOperations.Broadcast(weights[weightStride]) : TOperations.Zero;
        var third = count > 2 ? TOperations.Broadcast(weights[2 * weightStride]) : TOperations.Zero;
        for (var c = 0; c < channels; c += TOperations.Width)
        {
            var left = channels - c;
            var sum = accumulate ? ColumnBlock.Load<TOperations, TVector>(target + c, left) : TOperations.Zero;
            if (count > 0)
                sum = TOperations.MultiplyAdd(ColumnBlock.Load<TOperations, TVector>(source + c, left), first, sum);
            if (count > 1)
                sum = TOperations.MultiplyAdd(ColumnBlock.Load<TOperations, TVector>(source + stride + c, left), second, sum);
            if (count > 2)
                sum = TOperations.MultiplyAdd(ColumnBlock.Load<TOperations, TVector>(source + 2 * stride + c, left), third, sum);
            for (var k = 3; k < count; k++)
            {
                sum = TOperations.MultiplyAdd(
                    ColumnBlock.Load<TOperations, TVector>(source + k * stride + c, left), TOperations.Broadcast(weights[k * weightStride]), sum);
            }
            ColumnBlock.Store<TOperations, TVector>(sum, target + c, left);
        }
    }

    private static void Require(in PoolShape shape, ReadOnlySpan<float> factors, ReadOnlySpan<float> scratch)
    {
        if (factors.Length != shape.OutHeight + shape.OutWidth)
            throw new ArgumentException($"A pool onto {shape.OutHeight} x {shape.OutWidth} places has {shape.OutHeight + shape.OutWidth} factors, not {factors.Length}.");
        PoolShape.RequireScratch(Scratch(shape), scratch.Length);
    }

    private readonly struct Work(
        float* factors, float* source, nint sourceStride, float* target, nint targetStride, bool accumulate, int firstLine, int lines, float* scratch)
    {
        public readonly float* Factors = factors;
        public readonly float* Source = source;
        public readonly nint SourceStride = sourceStride;
        public readonly float* Target = target;
        public readonly nint TargetStride = targetStride;
        public readonly bool Accumulate = accumulate;
        public readonly int FirstLine = firstLine;
        public readonly int Lines = lines;
        public readonly float* Scratch = scratch;
    }
}
