using System.Runtime.CompilerServices;
using static Batchwise.Kernels.WinogradFourPoints;

namespace Batchwise.Kernels;

/// <summary>
/// B' d B of a whole tile of F(4 x 4, 3 x 3), by two halves of three rows: all that a half has on its way stays in registers.
/// </summary>
/// <typeparam name="TOperations">The vectors' arithmetic.</typeparam>
/// <typeparam name="TVector">The vectors.</typeparam>
internal static unsafe class WinogradFourInput<TOperations, TVector>
    where TOperations : struct, IVectorOperations<TVector>
    where TVector : struct
{
    /// <summary>The frequencies of rows 0, A and -A.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Upper(float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn)
    {
        UpperColumn(source, sourceRow, out var zero0, out var plus0, out var minus0);
        UpperColumn(source + sourceColumn, sourceRow, out var zero1, out var plus1, out var minus1);
        UpperColumn(source + 2 * sourceColumn, sourceRow, out var zero2, out var plus2, out var minus2);
        UpperColumn(source + 3 * sourceColumn, sourceRow, out var zero3, out var plus3, out var minus3);
        UpperColumn(source + 4 * sourceColumn, sourceRow, out var zero4, out var plus4, out var minus4);
        UpperColumn(source + 5 * sourceColumn, sourceRow, out var zero5, out var plus5, out var minus5);
        Row(zero0, zero1, zero2, zero3, zero4, zero5, target, targetColumn);
        Row(plus0, plus1, plus2, plus3, plus4, plus5, target + targetRow, targetColumn);
        Row(minus0, minus1, minus2, minus3, minus4, minus5, target + 2 * targetRow, targetColumn);
    }

    /// <summary>The frequencies of rows B, -B and infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Lower(float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn)
    {
        LowerColumn(source, sourceRow, out var plus0, out var minus0, out var last0);
        LowerColumn(source + sourceColumn, sourceRow, out var plus1, out var minus1, out var last1);
        LowerColumn(source + 2 * sourceColumn, sourceRow, out var plus2, out var minus2, out var last2);
        LowerColumn(source + 3 * sourceColumn, sourceRow, out var plus3, out var minus3, out var last3);
        LowerColumn(source + 4 * sourceColumn, sourceRow, out var plus4, out var minus4, out var last4);
        LowerColumn(source + 5 * sourceColumn, sourceRow, out var plus5, out var minus5, out var last5);
        Row(plus0, plus1, plus2, plus3, plus4, plus5, target + 3 * targetRow, targetColumn);
        Row(minus0, minus1, minus2, minus3, minus4, minus5, target + 4 * targetRow, targetColumn);
        Row(last0, last1, last2, last3, last4, last5, target + 5 * targetRow, targetColumn);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void UpperColumn(float* source, nint row, out TVector zero, out TVector plus, out TVector minus)
    {
        var x2 = TOperations.Load(source + 2 * row);
        var x4 = TOperations.Load(source + 4 * row);
        zero = TOperations.MultiplyAdd(TOperations.Broadcast(AA * BB), TOperations.Load(source), TOperations.MultiplyAdd(TOperations.Broadcast(-AA - BB), x2, x4));
        var even = TOperations.MultiplyAdd(TOperations.Broadcast(-BB), x2, x4);
        var odd = TOperations.MultiplyAdd(TOperations.Broadcast(-BB), TOperations.Load(source + row), TOperations.Load(source + 3 * row));
        plus = TOperations.MultiplyAdd(TOperations.Broadcast(A), odd, even);
        minus = TOperations.MultiplyAdd(TOperations.Broadcast(-A), odd, even);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LowerColumn(float* source, nint row, out TVector plus, out TVector minus, out TVector last)
    {
        var x1 = TOperations.Load(source + row);
        var x3 = TOperations.Load(source + 3 * row);
        last = TOperations.MultiplyAdd(TOperations.Broadcast(AA * BB), x1, TOperations.MultiplyAdd(TOperations.Broadcast(-AA - BB), x3, TOperations.Load(source + 5 * row)));
        var odd = TOperations.MultiplyAdd(TOperations.Broadcast(-AA), x1, x3);
        var even = TOperations.MultiplyAdd(TOperations.Broadcast(-AA), TOperations.Load(source + 2 * row), TOperations.Load(source + 4 * row));
        plus = TOperations.MultiplyAdd(TOperations.Broadcast(B), odd, even);
        minus = TOperations.MultiplyAdd(TOperations.Broadcast(-B), odd, even);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row(TVector x0, TVector x1, TVector x2, TVector x3, TVector x4, TVector x5, float* target, nint column)
    {
        TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(AA * BB), x0, TOperations.MultiplyAdd(TOperations.Broadcast(-AA - BB), x2, x4)), target);
        var evenA = TOperations.MultiplyAdd(TOperations.Broadcast(-BB), x2, x4);
        var oddA = TOperations.MultiplyAdd(TOperations.Broadcast(-BB), x1, x3);
        TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(A), oddA, evenA), target + column);
        TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(-A), oddA, evenA), target + 2 * column);
        var evenB = TOperations.MultiplyAdd(TOperations.Broadcast(-AA), x2, x4);
        var oddB = TOperations.MultiplyAdd(TOperations.Broadcast(-AA), x1, x3);
        TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(B), oddB, evenB), target + 3 * column);
        TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(-B), oddB, evenB), target + 4 * column);
        TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(AA * BB), x1, TOperations.MultiplyAdd(TOperations.Broadcast(-AA - BB), x3, x5)), target + 5 * column);
    }
}
