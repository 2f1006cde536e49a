using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>
/// The average under each window, channel by channel, and backward. What a window's sum is divided by is a product: what it
/// counts of lines times what it counts of columns, whose inverses the caller gives.
/// </summary>
internal static unsafe class AveragePooling
{
    /// <summary>Computes lines of y.</summary>
    /// <param name="shape">The pool.</param>
    /// <param name="factors">The inverse counts: one per line of an output, then one per column.</param>
    /// <param name="x">The maps: [N Height Width, Channels].</param>
    /// <param name="xStride">Floats from one place of x to the next.</param>
    /// <param name="y">Receives the averages: [N OutHeight OutWidth, Channels].</param>
    /// <param name="yStride">Floats from one place of y to the next.</param>
    /// <param name="firstLine">The first line of y, counted through the batch.</param>
    /// <param name="lines">How many lines.</param>
    public static void Forward(
        in PoolShape shape, ReadOnlySpan<float> factors, ReadOnlySpan<float> x, int xStride, Span<float> y, int yStride, int firstLine, int lines)
    {
        Require(shape, factors);
        shape.Require("x", PoolShape.WholeMaps(firstLine + lines, shape.OutHeight, shape.Height), shape.Width, x.Length, xStride);
        shape.Require("y", firstLine + lines, shape.OutWidth, y.Length, yStride);
        fixed (float* pf = factors, px = x, py = y)
        {
            var work = new Work(pf, px, xStride, py, yStride, accumulate: false, firstLine, lines);
            switch (InstructionSet.Current)
            {
                case KernelKind.Vector512: Forward<Vector512Operations, Vector512<float>>(shape, work); break;
                case KernelKind.Vector256: Forward<Vector256Operations, Vector256<float>>(shape, work); break;
                case KernelKind.Vector128: Forward<Vector128Operations, Vector128<float>>(shape, work); break;
                default: Forward<ScalarOperations, float>(shape, work); break;
            }
        }
    }

    /// <summary>Computes lines of dx: each place gathers its part of the gradients of the windows that see it, in their order.</summary>
    /// <param name="shape">The pool.</param>
    /// <param name="factors">As forward.</param>
    /// <param name="dy">The gradient of y: [N OutHeight OutWidth, Channels].</param>
    /// <param name="dyStride">Floats from one place of dy to the next.</param>
    /// <param name="dx">Receives the gradient of x: [N Height Width, Channels].</param>
    /// <param name="dxStride">Floats from one place of dx to the next.</param>
    /// <param name="accumulate">Whether it is added to what is there.</param>
    /// <param name="firstLine">The first line of dx, counted through the batch.</param>
    /// <param name="lines">How many lines.</param>
    public static void Backward(
        in PoolShape shape, ReadOnlySpan<float> factors, ReadOnlySpan<float> dy, int dyStride, Span<float> dx, int dxStride, bool accumulate, int firstLine, int lines)
    {
        Require(shape, factors);
        shape.Require("dy", PoolShape.WholeMaps(firstLine + lines, shape.Height, shape.OutHeight), shape.OutWidth, dy.Length, dyStride);
        shape.Require("dx", firstLine + lines, shape.Width, dx.Length, dxStride);
        fixed (float* pf = factors, pdy = dy, pdx = dx)
        {
            var work = new Work(pf, pdy, dyStride, pdx, dxStride, accumulate, firstLine, lines);
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
        var sourceLine = shape.Width * work.SourceStride;
        for (var line = work.FirstLine; line < work.FirstLine + work.Lines; line++)
        {
            var (sample, i) = Math.DivRem(line, shape.OutHeight);
            var rows = shape.LinesOf(i);
            var input = work.Source + ((long)sample * shape.Height + rows.First) * sourceLine;
            for (var j = 0; j < shape.OutWidth; j++)
            {
                var columns = shape.ColumnsOf(j);
                var factor = TOperations.Broadcast(work.Factors[i] * work.Factors[shape.OutHeight + j]);
                var x = input + columns.First * work.SourceStride;
                var y = work.Target + ((long)line * shape.OutWidth + j) * work.TargetStride;
                for (var c = 0; c < shape.Channels; c += TOperations.Width)
                {
                    var left = shape.Channels - c;
                    var sum = TOperations.Zero;
                    for (var u = 0; u < rows.Count; u++)
                    {
                        for (var v = 0; v < columns.Count; v++)
                            sum = TOperations.Add(sum, ColumnBlock.Load<TOperations, TVector>(x + u * sourceLine + v * work.SourceStride + c, left));
                    }
                    ColumnBlock.Store<TOperations, TVector>(TOperations.Multiply(sum, factor), y + c, left);
                }
            }
        }
    }

    private static void Backward<TOperations, TVector>(in PoolShape shape, in Work work)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var sourceLine = shape.OutWidth * work.SourceStride;
        for (var line = work.FirstLine; line < work.FirstLine + work.Lines; line++)
        {
            var (sample, row) = Math.DivRem(line, shape.Height);
            var down = shape.LinesThatSee(row);
            var output = work.Source + (long)sample * shape.OutHeight * sourceLine;
            for (var column = 0; column < shape.Width; column++)
            {
                var across = shape.ColumnsThatSee(column);
                var dx = work.Target + ((long)line * shape.Width + column) * work.TargetStride;
                for (var c = 0; c < shape.Channels; c += TOperations.Width)
                {
                    var left = shape.Channels - c;
                    var sum = work.Accumulate ? ColumnBlock.Load<TOperations, TVector>(dx + c, left) : TOperations.Zero;
                    for (var i = down.First; i < down.End; i++)
                    {
                        for (var j = across.First; j < across.End; j++)
                        {
                            var factor = TOperations.Broadcast(work.Factors[i] * work.Factors[shape.OutHeight + j]);
                            sum = TOperations.MultiplyAdd(
                                ColumnBlock.Load<TOperations, TVector>(output + i * sourceLine + j * work.SourceStride + c, left), factor, sum);
                        }
                    }
                    ColumnBlock.Store<TOperations, TVector>(sum, dx + c, left);
                }
            }
        }
    }

    private static void Require(in PoolShape shape, ReadOnlySpan<float> factors)
    {
        if (factors.Length != shape.OutHeight + shape.OutWidth)
            throw new ArgumentException($"A pool onto {shape.OutHeight} x {shape.OutWidth} places has {shape.OutHeight + shape.OutWidth} factors, not {factors.Length}.");
    }

    private readonly struct Work(float* factors, float* source, nint sourceStride, float* target, nint targetStride, bool accumulate, int firstLine, int lines)
    {
        public readonly float* Factors = factors;
        public readonly float* Source = source;
        public readonly nint SourceStride = sourceStride;
        public readonly float* Target = target;
        public readonly nint TargetStride = targetStride;
        public readonly bool Accumulate = accumulate;
        public readonly int FirstLine = firstLine;
        public readonly int Lines = lines;
    }
}
