using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>
/// The parametric rectifier over a block of columns, with a bias before it; backward with the gradients of both. The sign is
/// told from the input, since a learned slope may be negative.
/// </summary>
internal static unsafe class PreluColumns
{
    /// <summary>x = x + bias where there is one; y = x above zero and slope x below.</summary>
    /// <param name="x">The block's first value: rows of <paramref name="stride"/> floats.</param>
    /// <param name="bias">One per column of the block; empty for none, and x is left as it is.</param>
    /// <param name="slope">One per column of the block.</param>
    /// <param name="y">Receives the result, laid out as x.</param>
    /// <param name="stride">Floats from row to row.</param>
    /// <param name="rows">How many rows.</param>
    public static void Forward(Span<float> x, ReadOnlySpan<float> bias, ReadOnlySpan<float> slope, Span<float> y, int stride, int rows)
    {
        fixed (float* px = x, pb = bias, ps = slope, py = y)
        {
            var block = new Block(px, py, ps, pb, null, stride, rows, slope.Length);
            switch (InstructionSet.Current)
            {
                case KernelKind.Vector512: Forward<Vector512Operations, Vector512<float>>(block); break;
                case KernelKind.Vector256: Forward<Vector256Operations, Vector256<float>>(block); break;
                case KernelKind.Vector128: Forward<Vector128Operations, Vector128<float>>(block); break;
                default: Forward<ScalarOperations, float>(block); break;
            }
        }
    }

    /// <summary>dx = dy above zero and slope dy below, in place of dy; sums of x dy below zero, and of dx.</summary>
    /// <param name="x">The block's first input: rows of <paramref name="stride"/> floats.</param>
    /// <param name="dy">The gradient of the output, laid out alike; becomes dx.</param>
    /// <param name="slope">One per column of the block.</param>
    /// <param name="dSlope">Receives the gradient of the slopes.</param>
    /// <param name="dBias">Receives the gradient of a bias; empty if it is not wanted.</param>
    /// <param name="stride">Floats from row to row.</param>
    /// <param name="rows">How many rows.</param>
    public static void Backward(
        ReadOnlySpan<float> x, Span<float> dy, ReadOnlySpan<float> slope, Span<float> dSlope, Span<float> dBias, int stride, int rows)
    {
        fixed (float* px = x, pdy = dy, ps = slope, pds = dSlope, pdb = dBias)
        {
            var block = new Block(px, pdy, ps, pdb, pds, stride, rows, slope.Length);
            switch (InstructionSet.Current)
            {
                case KernelKind.Vector512: Backward<Vector512Operations, Vector512<float>>(block); break;
                case KernelKind.Vector256: Backward<Vector256Operations, Vector256<float>>(block); break;
                case KernelKind.Vector128: Backward<Vector128Operations, Vector128<float>>(block); break;
                default: Backward<ScalarOperations, float>(block); break;
            }
        }
    }

    private static void Forward<TOperations, TVector>(in Block block)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        for (var column = 0; column < block.Columns; column += TOperations.Width)
        {
            var left = block.Columns - column;
            var slope = ColumnBlock.Load<TOperations, TVector>(block.Slope + column, left);
            var biased = block.Bias is not null;
            var bias = biased ? ColumnBlock.Load<TOperations, TVector>(block.Bias + column, left) : TOperations.Zero;
            var x = block.X + column;
            var y = block.Worked + column;
            for (var row = 0; row < block.Rows; row++, x += block.Stride, y += block.Stride)
            {
                var value = ColumnBlock.Load<TOperations, TVector>(x, left);
                if (biased)
                {
                    value = TOperations.Add(value, bias);
                    ColumnBlock.Store<TOperations, TVector>(value, x, left);
                }
                var below = TOperations.Multiply(value, slope);
                ColumnBlock.Store<TOperations, TVector>(TOperations.Select(TOperations.GreaterThan(value, TOperations.Zero), value, below), y, left);
            }
        }
    }

    private static void Backward<TOperations, TVector>(in Block block)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        for (var column = 0; column < block.Columns; column += TOperations.Width)
        {
            var left = block.Columns - column;
            var slope = ColumnBlock.Load<TOperations, TVector>(block.Slope + column, left);
            var (slopes, sum) = (TOperations.Zero, TOperations.Zero);
            var x = block.X + column;
            var dy = block.Worked + column;
            for (var row = 0; row < block.Rows; row++, x += block.Stride, dy += block.Stride)
            {
                var value = ColumnBlock.Load<TOperations, TVector>(x, left);
                var gradient = ColumnBlock.Load<TOperations, TVector>(dy, left);
                var above = TOperations.GreaterThan(value, TOperations.Zero);
                slopes = TOperations.Add(slopes, TOperations.Select(above, TOperations.Zero, TOperations.Multiply(value, gradient)));
                gradient = TOperations.Select(above, gradient, TOperations.Multiply(gradient, slope));
                ColumnBlock.Store<TOperations, TVector>(gradient, dy, left);
                sum = TOperations.Add(sum, gradient);
            }
            ColumnBlock.Store<TOperations, TVector>(slopes, block.SlopeGradient + column, left);
            if (block.Bias is not null)
                ColumnBlock.Store<TOperations, TVector>(sum, block.Bias + column, left);
        }
    }

    /// <summary>A block: its input, what is worked on, and what belongs to the columns; the bias's place is its gradient's backward.</summary>
    private readonly struct Block(float* x, float* worked, float* slope, float* bias, float* slopeGradient, int stride, int rows, int columns)
    {
        public readonly float* X = x;
        public readonly float* Worked = worked;
        public readonly float* Slope = slope;
        public readonly float* Bias = bias;
        public readonly float* SlopeGradient = slopeGradient;
        public readonly nint Stride = stride;
        public readonly int Rows = rows;
        public readonly int Columns = columns;
    }
}
