using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>y = x Phi(x), dx = dy (Phi(x) + x phi(x)), Phi and phi being the normal distribution and its density.</summary>
internal readonly struct GeluFunction : IActivationFunction
{
    /// <summary>From here on Phi(-x) is no normal number of float32: y is 0 or x, the derivative 0 or 1.</summary>
    private const float Flat = 14;

    private const float InverseRootOfTwoPi = 0.39894228f;

    public static bool NeedsArgument => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TOperations, TVector>(TVector x)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        x = TOperations.Max(x, TOperations.Broadcast(-Flat));
        return TOperations.Multiply(x, Distribution<TOperations, TVector>(x, out _));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TOperations, TVector>(TVector x, TVector dy)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        x = TOperations.Min(TOperations.Max(x, TOperations.Broadcast(-Flat)), TOperations.Broadcast(Flat));
        var distribution = Distribution<TOperations, TVector>(x, out var bell);
        var density = TOperations.Multiply(TOperations.Broadcast(InverseRootOfTwoPi), bell);
        return TOperations.Multiply(dy, TOperations.MultiplyAdd(x, density, distribution));
    }

    /// <summary>Phi(x), and bell = exp(-x^2 / 2).</summary>
    /// <remarks>
    /// Phi(-|x|) = bell t P(t), t = 1 / (1 + 0.27 |x|), with a polynomial P of degree 8, fitted for the least relative error, which is 5e-8:
    /// the form of Abramowitz and Stegun, 26.2.17, with more terms. So what is small keeps its digits.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Distribution<TOperations, TVector>(TVector x, out TVector bell)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var one = TOperations.Broadcast(1);
        bell = Exponential.Of<TOperations, TVector>(TOperations.Multiply(TOperations.Multiply(x, x), TOperations.Broadcast(-0.5f)));
        var t = TOperations.Divide(one, TOperations.MultiplyAdd(TOperations.Abs(x), TOperations.Broadcast(0.27f), one));
        var p = TOperations.Broadcast(2.88271736e-2f);
        p = TOperations.MultiplyAdd(p, t, TOperations.Broadcast(-1.25810638e-1f));
        p = TOperations.MultiplyAdd(p, t, TOperations.Broadcast(1.68334171e-1f));
        p = TOperations.MultiplyAdd(p, t, TOperations.Broadcast(-6.74753264e-2f));
        p = TOperations.MultiplyAdd(p, t, TOperations.Broadcast(1.06567673e-1f));
        p = TOperations.MultiplyAdd(p, t, TOperations.Broadcast(7.26144761e-2f));
        p = TOperations.MultiplyAdd(p, t, TOperations.Broadcast(1.01657555e-1f));
        p = TOperations.MultiplyAdd(p, t, TOperations.Broadcast(1.07565708e-1f));
        p = TOperations.MultiplyAdd(p, t, TOperations.Broadcast(1.07719228e-1f));
        var tail = TOperations.Multiply(bell, TOperations.Multiply(p, t));
        return TOperations.Select(TOperations.GreaterThan(x, TOperations.Zero), TOperations.Subtract(one, tail), tail);
    }
}
