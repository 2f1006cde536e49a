using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>
/// The exponential function, within 2 units in the last place for results that are normal numbers; arguments below -87.33
/// and above 88.72 are taken for these, which give the smallest and the largest such results. NaN stays NaN.
/// </summary>
/// <remarks>exp(x) = 2^n exp(r), r = x - n ln 2 with ln 2 in two parts (Cody and Waite), and Cephes' polynomial for exp(r).</remarks>
internal static class Exponential
{
    private const float Largest = 88.72f;
    private const float Smallest = -87.33f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TOperations, TVector>(TVector x)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var p = Reduce<TOperations, TVector>(x, out var n, out var r);
        p = TOperations.MultiplyAdd(p, TOperations.Multiply(r, r), TOperations.Add(r, TOperations.Broadcast(1)));
        return TOperations.ScaleByPowerOfTwo(p, n);
    }

    /// <summary>exp(x) - 1, within 6 units in the last place for arguments of at most 0: the difference is not taken near zero, where it would cancel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector MinusOne<TOperations, TVector>(TVector x)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var one = TOperations.Broadcast(1);
        var p = Reduce<TOperations, TVector>(x, out var n, out var r);
        var square = TOperations.Multiply(r, r);
        // Where n is 0, r is x, and this is all.
        var near = TOperations.MultiplyAdd(p, square, r);
        var far = TOperations.Subtract(TOperations.ScaleByPowerOfTwo(TOperations.MultiplyAdd(p, square, TOperations.Add(r, one)), n), one);
        return TOperations.Select(TOperations.GreaterThan(TOperations.Abs(n), TOperations.Zero), far, near);
    }

    /// <summary>x = n ln 2 + r, and the p of exp(r) = 1 + r + p r^2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Reduce<TOperations, TVector>(TVector x, out TVector n, out TVector r)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        x = TOperations.Min(TOperations.Max(x, TOperations.Broadcast(Smallest)), TOperations.Broadcast(Largest));
        n = TOperations.Round(TOperations.Multiply(x, TOperations.Broadcast(1.44269504f)));
        r = TOperations.MultiplyAdd(n, TOperations.Broadcast(-0.693359375f), x);
        r = TOperations.MultiplyAdd(n, TOperations.Broadcast(2.12194440e-4f), r);
        var p = TOperations.Broadcast(1.9875691500e-4f);
        p = TOperations.MultiplyAdd(p, r, TOperations.Broadcast(1.3981999507e-3f));
        p = TOperations.MultiplyAdd(p, r, TOperations.Broadcast(8.3334519073e-3f));
        p = TOperations.MultiplyAdd(p, r, TOperations.Broadcast(4.1665795894e-2f));
        p = TOperations.MultiplyAdd(p, r, TOperations.Broadcast(1.6666665459e-1f));
        return TOperations.MultiplyAdd(p, r, TOperations.Broadcast(5.0000001201e-1f));
    }
}
