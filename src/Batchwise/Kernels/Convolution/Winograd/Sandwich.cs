using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>T d T', with d a square of vectors of channels: every two-dimensional transform of a Winograd convolution.</summary>
internal static unsafe class Sandwich<TMatrix, TOperations, TVector>
    where TMatrix : struct, IWinogradMatrix
    where TOperations : struct, IVectorOperations<TVector>
    where TVector : struct
{
    /// <summary>Transforms one square.</summary>
    /// <param name="source">Element (i, j) of d at <c>source[i * sourceRow + j * sourceColumn]</c>: [Columns, Columns].</param>
    /// <param name="sourceRow">Floats from row to row.</param>
    /// <param name="sourceColumn">Floats from column to column.</param>
    /// <param name="target">Element (i, j) of the result at <c>target[i * targetRow + j * targetColumn]</c>: [Rows, Rows].</param>
    /// <param name="targetRow">Floats from row to row.</param>
    /// <param name="targetColumn">Floats from column to column.</param>
    /// <param name="half">Room for Rows x Columns vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn, float* half)
    {
        var width = TOperations.Width;
        for (var i = 0; i < TMatrix.Columns; i++)
            TMatrix.Apply<TOperations, TVector>(source + i * sourceRow, sourceColumn, half + i * width, TMatrix.Columns * width);
        for (var j = 0; j < TMatrix.Rows; j++)
            TMatrix.Apply<TOperations, TVector>(half + j * TMatrix.Columns * width, width, target + j * targetColumn, targetRow);
    }
}
