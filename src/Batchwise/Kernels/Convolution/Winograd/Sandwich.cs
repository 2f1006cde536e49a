using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>R d C', with d a block of vectors of channels: every two-dimensional transform of a Winograd convolution.</summary>
/// <typeparam name="TRows">R: along the rows' index.</typeparam>
/// <typeparam name="TColumns">C: along the columns' index.</typeparam>
/// <typeparam name="TOperations">The vectors' arithmetic.</typeparam>
/// <typeparam name="TVector">The vectors.</typeparam>
internal static unsafe class Sandwich<TRows, TColumns, TOperations, TVector>
    where TRows : struct, IWinogradMatrix
    where TColumns : struct, IWinogradMatrix
    where TOperations : struct, IVectorOperations<TVector>
    where TVector : struct
{
    /// <summary>Transforms one block.</summary>
    /// <param name="source">Element (i, j) of d at <c>source[i * sourceRow + j * sourceColumn]</c>.</param>
    /// <param name="sourceRow">Floats from row to row.</param>
    /// <param name="sourceColumn">Floats from column to column.</param>
    /// <param name="target">Element (i, j) of the result at <c>target[i * targetRow + j * targetColumn]</c>.</param>
    /// <param name="targetRow">Floats from row to row.</param>
    /// <param name="targetColumn">Floats from column to column.</param>
    /// <param name="half">Room for as many vectors as the largest square has.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn, float* half)
    {
        var width = TOperations.Width;
        var line = (TRows.Inputs > TRows.LastInput ? TRows.Inputs : TRows.LastInput + 1) * width;
        for (var k = 0; k < TRows.Inputs; k++)
        {
            var i = k == TRows.Inputs - 1 ? TRows.LastInput : k;
            TColumns.Apply<TOperations, TVector>(source + i * sourceRow, sourceColumn, half + i * width, line);
        }
        for (var k = 0; k < TColumns.Outputs; k++)
        {
            var j = k == TColumns.Outputs - 1 ? TColumns.LastOutput : k;
            TRows.Apply<TOperations, TVector>(half + j * line, width, target + j * targetColumn, targetRow);
        }
    }
}
