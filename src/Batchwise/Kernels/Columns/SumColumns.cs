using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>The sum of every column of a block: the gradient of a bias.</summary>
internal static unsafe class SumColumns
{
    /// <param name="x">The block's first value: rows of <paramref name="stride"/> floats.</param>
    /// <param name="sums">Receives one sum per column.</param>
    /// <param name="stride">Floats from row to row.</param>
    /// <param name="rows">How many rows.</param>
    public static void Run(ReadOnlySpan<float> x, Span<float> sums, int stride, int rows)
    {
        fixed (float* px = x, ps = sums)
        {
            switch (InstructionSet.Current)
            {
                case KernelKind.Vector512: Run<Vector512Operations, Vector512<float>>(px, ps, stride, rows, sums.Length); break;
                case KernelKind.Vector256: Run<Vector256Operations, Vector256<float>>(px, ps, stride, rows, sums.Length); break;
                case KernelKind.Vector128: Run<Vector128Operations, Vector128<float>>(px, ps, stride, rows, sums.Length); break;
                default: Run<ScalarOperations, float>(px, ps, stride, rows, sums.Length); break;
            }
        }
    }

    private static void Run<TOperations, TVector>(float* x, float* sums, nint stride, int rows, int columns)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        for (var column = 0; column < columns; column += TOperations.Width)
        {
            var sum = TOperations.Zero;
            var p = x + column;
            for (var row = 0; row < rows; row++, p += stride)
                sum = TOperations.Add(sum, ColumnBlock.Load<TOperations, TVector>(p, columns - column));
            ColumnBlock.Store<TOperations, TVector>(sum, sums + column, columns - column);
        }
    }
}
