using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>y = alpha x + beta, at least 0 and at most 1; dx = alpha dy where y lies between.</summary>
internal readonly struct HardSigmoidFunction(float alpha, float beta) : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TOperations, TVector>(TVector x)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct =>
        Bounds.Clip<TOperations, TVector>(
            TOperations.MultiplyAdd(x, TOperations.Broadcast(alpha), TOperations.Broadcast(beta)), TOperations.Zero, TOperations.Broadcast(1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TOperations, TVector>(TVector y, TVector dy)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct =>
        Bounds.Inside<TOperations, TVector>(
            y, TOperations.Zero, TOperations.Broadcast(1), TOperations.Multiply(dy, TOperations.Broadcast(alpha)));
}

/// <summary>y = x, at least the minimum and at most the maximum; dx = dy where y lies between.</summary>
internal readonly struct ClipFunction(float minimum, float maximum) : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TOperations, TVector>(TVector x)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct =>
        Bounds.Clip<TOperations, TVector>(x, TOperations.Broadcast(minimum), TOperations.Broadcast(maximum));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TOperations, TVector>(TVector y, TVector dy)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct =>
        Bounds.Inside<TOperations, TVector>(y, TOperations.Broadcast(minimum), TOperations.Broadcast(maximum), dy);
}

/// <summary>y = x times x / 6 + 1/2, the latter at least 0 and at most 1; dx = dy (x / 3 + 1/2) from -3 to 3.</summary>
internal readonly struct HardSwishFunction : IActivationFunction
{
    private const float Flat = 3;

    public static bool NeedsArgument => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TOperations, TVector>(TVector x)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        // Below -3 all is 0, of -Infinity too.
        x = TOperations.Max(x, TOperations.Broadcast(-Flat));
        var gate = TOperations.MultiplyAdd(x, TOperations.Broadcast(1f / 6), TOperations.Broadcast(0.5f));
        return TOperations.Multiply(x, Bounds.Clip<TOperations, TVector>(gate, TOperations.Zero, TOperations.Broadcast(1)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TOperations, TVector>(TVector x, TVector dy)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var slope = TOperations.MultiplyAdd(x, TOperations.Broadcast(1f / 3), TOperations.Broadcast(0.5f));
        slope = TOperations.Select(TOperations.GreaterThan(TOperations.Broadcast(Flat), x), slope, TOperations.Broadcast(1));
        slope = TOperations.Select(TOperations.GreaterThan(x, TOperations.Broadcast(-Flat)), slope, TOperations.Zero);
        return TOperations.Multiply(dy, slope);
    }
}

/// <summary>What functions with bounds have in common.</summary>
file static class Bounds
{
    /// <summary>x, at least the minimum and at most the maximum; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Clip<TOperations, TVector>(TVector x, TVector minimum, TVector maximum)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct => TOperations.Min(TOperations.Max(x, minimum), maximum);

    /// <summary>The value where y lies between the bounds, 0 at the bounds and beyond.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Inside<TOperations, TVector>(TVector y, TVector minimum, TVector maximum, TVector value)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct => TOperations.Select(
            TOperations.GreaterThan(y, minimum), TOperations.Select(TOperations.GreaterThan(maximum, y), value, TOperations.Zero), TOperations.Zero);
}
