using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>The two-dimensional transform of a Winograd tile of which one side or both have at most half the outputs.</summary>
/// <typeparam name="TWhole">The transform along a whole side.</typeparam>
/// <typeparam name="THalf">The transform along a halved one.</typeparam>
/// <typeparam name="TOperations">The vectors' arithmetic.</typeparam>
/// <typeparam name="TVector">The vectors.</typeparam>
internal static unsafe class HalvedSandwich<TWhole, THalf, TOperations, TVector>
    where TWhole : struct, IWinogradMatrix
    where THalf : struct, IWinogradMatrix
    where TOperations : struct, IVectorOperations<TVector>
    where TVector : struct
{
    /// <summary>Transforms one block, as <see cref="Sandwich{TRows, TColumns, TOperations, TVector}"/> does.</summary>
    /// <param name="kind">Which sides are halved: one at least.</param>
    /// <param name="source">The block.</param>
    /// <param name="sourceRow">Floats from row to row.</param>
    /// <param name="sourceColumn">Floats from column to column.</param>
    /// <param name="target">Receives the result.</param>
    /// <param name="targetRow">Floats from row to row.</param>
    /// <param name="targetColumn">Floats from column to column.</param>
    /// <param name="half">Room for as many vectors as the largest square has.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(TileKind kind, float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn, float* half)
    {
        if (kind == TileKind.HalfColumns)
            Sandwich<TWhole, THalf, TOperations, TVector>.Run(source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);
        else if (kind == TileKind.HalfRows)
            Sandwich<THalf, TWhole, TOperations, TVector>.Run(source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);
        else
            Sandwich<THalf, THalf, TOperations, TVector>.Run(source, sourceRow, sourceColumn, target, targetRow, targetColumn, half);
    }
}
