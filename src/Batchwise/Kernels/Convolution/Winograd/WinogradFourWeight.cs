using System.Runtime.CompilerServices;
using static Batchwise.Kernels.WinogradFourPoints;

namespace Batchwise.Kernels;

/// <summary>G g G' of F(4 x 4, 3 x 3): all that it has on its way stays in registers.</summary>
/// <typeparam name="TOperations">The vectors' arithmetic.</typeparam>
/// <typeparam name="TVector">The vectors.</typeparam>
internal static unsafe class WinogradFourWeight<TOperations, TVector>
    where TOperations : struct, IVectorOperations<TVector>
    where TVector : struct
{
    /// <summary>All frequencies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* source, nint sourceRow, nint sourceColumn, float* target, nint targetRow, nint targetColumn)
    {
        float* second = source + sourceRow, third = second + sourceRow;
        var x0 = TOperations.Load(source);
        var x1 = TOperations.Load(source + sourceColumn);
        var x2 = TOperations.Load(source + 2 * sourceColumn);
        var y0 = TOperations.Load(second);
        var y1 = TOperations.Load(second + sourceColumn);
        var y2 = TOperations.Load(second + 2 * sourceColumn);
        var z0 = TOperations.Load(third);
        var z1 = TOperations.Load(third + sourceColumn);
        var z2 = TOperations.Load(third + 2 * sourceColumn);
        var zero = TOperations.Broadcast(Scale0);
        Row(TOperations.Multiply(zero, x0), TOperations.Multiply(zero, x1), TOperations.Multiply(zero, x2), target, targetColumn);
        Points(A, ScaleA, x0, y0, z0, out var plus0, out var minus0);
        Points(A, ScaleA, x1, y1, z1, out var plus1, out var minus1);
        Points(A, ScaleA, x2, y2, z2, out var plus2, out var minus2);
        Row(plus0, plus1, plus2, target + targetRow, targetColumn);
        Row(minus0, minus1, minus2, target + 2 * targetRow, targetColumn);
        Points(B, ScaleB, x0, y0, z0, out plus0, out minus0);
        Points(B, ScaleB, x1, y1, z1, out plus1, out minus1);
        Points(B, ScaleB, x2, y2, z2, out plus2, out minus2);
        Row(plus0, plus1, plus2, target + 3 * targetRow, targetColumn);
        Row(minus0, minus1, minus2, target + 4 * targetRow, targetColumn);
        Row(z0, z1, z2, target + 5 * targetRow, targetColumn);
    }

    /// <summary>The values at a point and at its opposite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Points(float point, float scale, TVector x0, TVector x1, TVector x2, out TVector plus, out TVector minus)
    {
        var even = TOperations.Multiply(TOperations.Broadcast(scale), TOperations.MultiplyAdd(TOperations.Broadcast(point * point), x2, x0));
        plus = TOperations.MultiplyAdd(TOperations.Broadcast(point * scale), x1, even);
        minus = TOperations.MultiplyAdd(TOperations.Broadcast(-point * scale), x1, even);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row(TVector x0, TVector x1, TVector x2, float* target, nint column)
    {
        TOperations.Store(TOperations.Multiply(TOperations.Broadcast(Scale0), x0), target);
        Points(A, ScaleA, x0, x1, x2, out var plus, out var minus);
        TOperations.Store(plus, target + column);
        TOperations.Store(minus, target + 2 * column);
        Points(B, ScaleB, x0, x1, x2, out plus, out minus);
        TOperations.Store(plus, target + 3 * column);
        TOperations.Store(minus, target + 4 * column);
        TOperations.Store(x2, target + 5 * column);
    }
}
