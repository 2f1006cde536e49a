using System.Runtime.CompilerServices;
using static Batchwise.Kernels.WinogradFourPoints;

namespace Batchwise.Kernels;

/// <summary>
/// A dY A' of a whole tile of F(4 x 4, 3 x 3), by two halves of three rows: all that a half has on its way stays in registers.
/// </summary>
/// <typeparam name="TOperations">The vectors' arithmetic.</typeparam>
/// <typeparam name="TVector">The vectors.</typeparam>
internal static unsafe class WinogradFourGradient<TOperations, TVector>
    where TOperations : struct, IVectorOperations<TVector>
    where TVector : struct
{
    /// <summary>The frequencies of rows 0, A and -A.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Upper(float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn)
    {
        PointsColumn(A, source, sourceRow, out var plus0, out var minus0);
        PointsColumn(A, source + sourceColumn, sourceRow, out var plus1, out var minus1);
        PointsColumn(A, source + 2 * sourceColumn, sourceRow, out var plus2, out var minus2);
        PointsColumn(A, source + 3 * sourceColumn, sourceRow, out var plus3, out var minus3);
        EdgeRow(source, sourceColumn, target, targetColumn);
        Row(plus0, plus1, plus2, plus3, target + targetRow, targetColumn);
        Row(minus0, minus1, minus2, minus3, target + 2 * targetRow, targetColumn);
    }

    /// <summary>The frequencies of rows B, -B and infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Lower(float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn)
    {
        PointsColumn(B, source, sourceRow, out var plus0, out var minus0);
        PointsColumn(B, source + sourceColumn, sourceRow, out var plus1, out var minus1);
        PointsColumn(B, source + 2 * sourceColumn, sourceRow, out var plus2, out var minus2);
        PointsColumn(B, source + 3 * sourceColumn, sourceRow, out var plus3, out var minus3);
        Row(plus0, plus1, plus2, plus3, target + 3 * targetRow, targetColumn);
        Row(minus0, minus1, minus2, minus3, target + 4 * targetRow, targetColumn);
        EdgeRow(source + 3 * sourceRow, sourceColumn, target + 5 * targetRow, targetColumn);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PointsColumn(float point, float* source, nint row, out TVector plus, out TVector minus)
    {
        var even = TOperations.MultiplyAdd(TOperations.Broadcast(point * point), TOperations.Load(source + 2 * row), TOperations.Load(source));
        var odd = TOperations.MultiplyAdd(TOperations.Broadcast(point * point), TOperations.Load(source + 3 * row), TOperations.Load(source + row));
        plus = TOperations.MultiplyAdd(TOperations.Broadcast(point), odd, even);
        minus = TOperations.MultiplyAdd(TOperations.Broadcast(-point), odd, even);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EdgeRow(float* source, nint sourceColumn, float* target, nint targetColumn) =>
        Row(
            TOperations.Load(source), TOperations.Load(source + sourceColumn), TOperations.Load(source + 2 * sourceColumn), TOperations.Load(source + 3 * sourceColumn),
            target, targetColumn);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row(TVector x0, TVector x1, TVector x2, TVector x3, float* target, nint column)
    {
        TOperations.Store(x0, target);
        var evenA = TOperations.MultiplyAdd(TOperations.Broadcast(AA), x2, x0);
        var oddA = TOperations.MultiplyAdd(TOperations.Broadcast(AA), x3, x1);
        TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(A), oddA, evenA), target + column);
        TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(-A), oddA, evenA), target + 2 * column);
        var evenB = TOperations.MultiplyAdd(TOperations.Broadcast(BB), x2, x0);
        var oddB = TOperations.MultiplyAdd(TOperations.Broadcast(BB), x3, x1);
        TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(B), oddB, evenB), target + 3 * column);
        TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(-B), oddB, evenB), target + 4 * column);
        TOperations.Store(x3, target + 5 * column);
    }
}
