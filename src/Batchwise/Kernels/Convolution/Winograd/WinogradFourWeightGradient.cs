using System.Runtime.CompilerServices;
using static Batchwise.Kernels.WinogradFourPoints;

namespace Batchwise.Kernels;

/// <summary>G' dU G of F(4 x 4, 3 x 3): all that it has on its way stays in registers.</summary>
/// <typeparam name="TOperations">The vectors' arithmetic.</typeparam>
/// <typeparam name="TVector">The vectors.</typeparam>
internal static unsafe class WinogradFourWeightGradient<TOperations, TVector>
    where TOperations : struct, IVectorOperations<TVector>
    where TVector : struct
{
    /// <summary>The nine places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn)
    {
        Column(source, sourceRow, out var x0, out var y0, out var z0);
        Column(source + sourceColumn, sourceRow, out var x1, out var y1, out var z1);
        Column(source + 2 * sourceColumn, sourceRow, out var x2, out var y2, out var z2);
        Column(source + 3 * sourceColumn, sourceRow, out var x3, out var y3, out var z3);
        Column(source + 4 * sourceColumn, sourceRow, out var x4, out var y4, out var z4);
        Column(source + 5 * sourceColumn, sourceRow, out var x5, out var y5, out var z5);
        Row(x0, x1, x2, x3, x4, x5, target, targetColumn);
        Row(y0, y1, y2, y3, y4, y5, target + targetRow, targetColumn);
        Row(z0, z1, z2, z3, z4, z5, target + 2 * targetRow, targetColumn);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column(float* source, nint row, out TVector first, out TVector second, out TVector third) =>
        Places(
            TOperations.Load(source), TOperations.Load(source + row), TOperations.Load(source + 2 * row), TOperations.Load(source + 3 * row),
            TOperations.Load(source + 4 * row), TOperations.Load(source + 5 * row), out first, out second, out third);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row(TVector x0, TVector x1, TVector x2, TVector x3, TVector x4, TVector x5, float* target, nint column)
    {
        Places(x0, x1, x2, x3, x4, x5, out var first, out var second, out var third);
        TOperations.Store(first, target);
        TOperations.Store(second, target + column);
        TOperations.Store(third, target + 2 * column);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Places(
        TVector x0, TVector x1, TVector x2, TVector x3, TVector x4, TVector x5, out TVector first, out TVector second, out TVector third)
    {
        var sumA = TOperations.Multiply(TOperations.Broadcast(ScaleA), TOperations.Add(x1, x2));
        var sumB = TOperations.Multiply(TOperations.Broadcast(ScaleB), TOperations.Add(x3, x4));
        first = TOperations.MultiplyAdd(TOperations.Broadcast(Scale0), x0, TOperations.Add(sumA, sumB));
        third = TOperations.MultiplyAdd(TOperations.Broadcast(BB), sumB, TOperations.MultiplyAdd(TOperations.Broadcast(AA), sumA, x5));
        second = TOperations.MultiplyAdd(
            TOperations.Broadcast(B * ScaleB), TOperations.Subtract(x3, x4), TOperations.Multiply(TOperations.Broadcast(A * ScaleA), TOperations.Subtract(x1, x2)));
    }
}
