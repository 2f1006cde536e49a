using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>y = x s(x), dx = dy (s(x) + x s'(x)), s being the logistic function.</summary>
internal readonly struct SiluFunction : IActivationFunction
{
    /// <summary>Beyond, the exponential leaves float32's normal numbers: y is 0 or x, the derivative 0 or 1.</summary>
    private const float Flat = 87;

    public static bool NeedsArgument => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TOperations, TVector>(TVector x)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        x = TOperations.Max(x, TOperations.Broadcast(-Flat));
        return Gate.Value<TOperations, TVector>(x, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TOperations, TVector>(TVector x, TVector dy)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        x = TOperations.Min(TOperations.Max(x, TOperations.Broadcast(-Flat)), TOperations.Broadcast(Flat));
        return TOperations.Multiply(dy, Gate.Derivative<TOperations, TVector>(x, x, TOperations.Broadcast(1)));
    }
}

/// <summary>y = x (1 + tanh(v / 2)) / 2 = x s(v), v = 2 sqrt(2 / pi) (x + 0.044715 x^3): GELU's approximation.</summary>
internal readonly struct GeluTanhFunction : IActivationFunction
{
    /// <summary>As for SiLU: v is 87.3 there.</summary>
    private const float Flat = 10;

    private const float Linear = 1.59576912f;
    private const float Cubic = 0.0713548163f;

    public static bool NeedsArgument => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TOperations, TVector>(TVector x)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        x = TOperations.Max(x, TOperations.Broadcast(-Flat));
        return Gate.Value<TOperations, TVector>(x, Inner<TOperations, TVector>(x, Cubic, x));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TOperations, TVector>(TVector x, TVector dy)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        x = TOperations.Min(TOperations.Max(x, TOperations.Broadcast(-Flat)), TOperations.Broadcast(Flat));
        var (v, slope) = (Inner<TOperations, TVector>(x, Cubic, x), Inner<TOperations, TVector>(x, 3 * Cubic, TOperations.Broadcast(1)));
        return TOperations.Multiply(dy, Gate.Derivative<TOperations, TVector>(x, v, slope));
    }

    /// <summary>(linear + square x^2) factor: v, and its derivative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Inner<TOperations, TVector>(TVector x, float square, TVector factor)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct => TOperations.Multiply(
            factor, TOperations.MultiplyAdd(TOperations.Multiply(x, x), TOperations.Broadcast(square), TOperations.Broadcast(Linear)));
}

/// <summary>x s(v) for a function v of x, s being the logistic function.</summary>
file static class Gate
{
    /// <summary>x s(v).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Value<TOperations, TVector>(TVector x, TVector v)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct =>
        TOperations.Divide(x, TOperations.Add(TOperations.Broadcast(1), Exponential.Of<TOperations, TVector>(TOperations.Subtract(TOperations.Zero, v))));

    /// <summary>s(v) + x v' s(v) (1 - s(v)), the last factor as exp(-v) s(v), which keeps its digits where s is near 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Derivative<TOperations, TVector>(TVector x, TVector v, TVector slope)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var one = TOperations.Broadcast(1);
        var e = Exponential.Of<TOperations, TVector>(TOperations.Subtract(TOperations.Zero, v));
        var s = TOperations.Divide(one, TOperations.Add(one, e));
        return TOperations.Multiply(s, TOperations.MultiplyAdd(TOperations.Multiply(x, slope), TOperations.Multiply(e, s), one));
    }
}
