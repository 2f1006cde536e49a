using System.Runtime.CompilerServices;
using static Batchwise.Kernels.WinogradFourPoints;

namespace Batchwise.Kernels;

/// <summary>
/// A' M A of a whole tile of F(4 x 4, 3 x 3), by two halves of two rows: all that a half has on its way stays in registers.
/// </summary>
/// <typeparam name="TOperations">The vectors' arithmetic.</typeparam>
/// <typeparam name="TVector">The vectors.</typeparam>
internal static unsafe class WinogradFourOutput<TOperations, TVector>
    where TOperations : struct, IVectorOperations<TVector>
    where TVector : struct
{
    /// <summary>Rows 0 and 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Even(float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn)
    {
        EvenColumn(source, sourceRow, out var upper0, out var lower0);
        EvenColumn(source + sourceColumn, sourceRow, out var upper1, out var lower1);
        EvenColumn(source + 2 * sourceColumn, sourceRow, out var upper2, out var lower2);
        EvenColumn(source + 3 * sourceColumn, sourceRow, out var upper3, out var lower3);
        EvenColumn(source + 4 * sourceColumn, sourceRow, out var upper4, out var lower4);
        EvenColumn(source + 5 * sourceColumn, sourceRow, out var upper5, out var lower5);
        Row(upper0, upper1, upper2, upper3, upper4, upper5, target, targetColumn);
        Row(lower0, lower1, lower2, lower3, lower4, lower5, target + 2 * targetRow, targetColumn);
    }

    /// <summary>Rows 1 and 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Odd(float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn)
    {
        OddColumn(source, sourceRow, out var upper0, out var lower0);
        OddColumn(source + sourceColumn, sourceRow, out var upper1, out var lower1);
        OddColumn(source + 2 * sourceColumn, sourceRow, out var upper2, out var lower2);
        OddColumn(source + 3 * sourceColumn, sourceRow, out var upper3, out var lower3);
        OddColumn(source + 4 * sourceColumn, sourceRow, out var upper4, out var lower4);
        OddColumn(source + 5 * sourceColumn, sourceRow, out var upper5, out var lower5);
        Row(upper0, upper1, upper2, upper3, upper4, upper5, target + targetRow, targetColumn);
        Row(lower0, lower1, lower2, lower3, lower4, lower5, target + 3 * targetRow, targetColumn);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EvenColumn(float* source, nint row, out TVector upper, out TVector lower)
    {
        var sumA = TOperations.Add(TOperations.Load(source + row), TOperations.Load(source + 2 * row));
        var sumB = TOperations.Add(TOperations.Load(source + 3 * row), TOperations.Load(source + 4 * row));
        upper = TOperations.Add(TOperations.Load(source), TOperations.Add(sumA, sumB));
        lower = TOperations.MultiplyAdd(TOperations.Broadcast(BB), sumB, TOperations.Multiply(TOperations.Broadcast(AA), sumA));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OddColumn(float* source, nint row, out TVector upper, out TVector lower)
    {
        var differenceA = TOperations.Subtract(TOperations.Load(source + row), TOperations.Load(source + 2 * row));
        var differenceB = TOperations.Subtract(TOperations.Load(source + 3 * row), TOperations.Load(source + 4 * row));
        upper = TOperations.MultiplyAdd(TOperations.Broadcast(B), differenceB, TOperations.Multiply(TOperations.Broadcast(A), differenceA));
        lower = TOperations.MultiplyAdd(
            TOperations.Broadcast(B * BB), differenceB, TOperations.MultiplyAdd(TOperations.Broadcast(A * AA), differenceA, TOperations.Load(source + 5 * row)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row(TVector x0, TVector x1, TVector x2, TVector x3, TVector x4, TVector x5, float* target, nint column)
    {
        var sumA = TOperations.Add(x1, x2);
        var sumB = TOperations.Add(x3, x4);
        TOperations.Store(TOperations.Add(x0, TOperations.Add(sumA, sumB)), target);
        TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(BB), sumB, TOperations.Multiply(TOperations.Broadcast(AA), sumA)), target + 2 * column);
        var differenceA = TOperations.Subtract(x1, x2);
        var differenceB = TOperations.Subtract(x3, x4);
        TOperations.Store(TOperations.MultiplyAdd(TOperations.Broadcast(B), differenceB, TOperations.Multiply(TOperations.Broadcast(A), differenceA)), target + column);
        TOperations.Store(
            TOperations.MultiplyAdd(TOperations.Broadcast(B * BB), differenceB, TOperations.MultiplyAdd(TOperations.Broadcast(A * AA), differenceA, x5)), target + 3 * column);
    }
}
