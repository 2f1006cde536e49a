using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>y = x.</summary>
internal readonly struct IdentityFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TOperations, TVector>(TVector x)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TOperations, TVector>(TVector y, TVector dy)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct => dy;
}

/// <summary>y = 1 / (1 + exp(-x)), dx = dy y (1 - y).</summary>
internal readonly struct SigmoidFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TOperations, TVector>(TVector x)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var one = TOperations.Broadcast(1);
        return TOperations.Divide(one, TOperations.Add(one, Exponential.Of<TOperations, TVector>(TOperations.Subtract(TOperations.Zero, x))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TOperations, TVector>(TVector y, TVector dy)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct =>
        TOperations.Multiply(dy, TOperations.Multiply(y, TOperations.Subtract(TOperations.Broadcast(1), y)));
}

/// <summary>y = tanh x, dx = dy (1 - y^2). Cephes: a polynomial near zero, 1 - 2 / (1 + exp(2 |x|)) elsewhere.</summary>
internal readonly struct TanhFunction : IActivationFunction
{
    private const float PolynomialBelow = 0.625f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TOperations, TVector>(TVector x)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var (one, two) = (TOperations.Broadcast(1), TOperations.Broadcast(2));
        var z = TOperations.Multiply(x, x);
        var p = TOperations.Broadcast(-5.70498872745e-3f);
        p = TOperations.MultiplyAdd(p, z, TOperations.Broadcast(2.06390887954e-2f));
        p = TOperations.MultiplyAdd(p, z, TOperations.Broadcast(-5.37397155531e-2f));
        p = TOperations.MultiplyAdd(p, z, TOperations.Broadcast(1.33314422036e-1f));
        p = TOperations.MultiplyAdd(p, z, TOperations.Broadcast(-3.33332819422e-1f));
        var near = TOperations.MultiplyAdd(TOperations.Multiply(p, z), x, x);

        var magnitude = TOperations.Abs(x);
        var e = Exponential.Of<TOperations, TVector>(TOperations.Multiply(two, magnitude));
        var far = TOperations.Subtract(one, TOperations.Divide(two, TOperations.Add(one, e)));
        far = TOperations.Select(TOperations.GreaterThan(TOperations.Zero, x), TOperations.Subtract(TOperations.Zero, far), far);
        return TOperations.Select(TOperations.GreaterThan(magnitude, TOperations.Broadcast(PolynomialBelow)), far, near);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TOperations, TVector>(TVector y, TVector dy)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct =>
        TOperations.Multiply(dy, TOperations.Subtract(TOperations.Broadcast(1), TOperations.Multiply(y, y)));
}

/// <summary>y = max(0, x), dx = dy where y > 0.</summary>
internal readonly struct ReluFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TOperations, TVector>(TVector x)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct => TOperations.Max(x, TOperations.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TOperations, TVector>(TVector y, TVector dy)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct => TOperations.Select(TOperations.GreaterThan(y, TOperations.Zero), dy, TOperations.Zero);
}

/// <summary>y = x above zero and slope x below; the slope is positive, so y has x's sign.</summary>
internal readonly struct LeakyReluFunction(float slope) : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TOperations, TVector>(TVector x)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct => Scaled<TOperations, TVector>(x, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TOperations, TVector>(TVector y, TVector dy)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct => Scaled<TOperations, TVector>(y, dy);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Scaled<TOperations, TVector>(TVector sign, TVector value)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct => TOperations.Select(
            TOperations.GreaterThan(sign, TOperations.Zero), value, TOperations.Multiply(value, TOperations.Broadcast(slope)));
}
