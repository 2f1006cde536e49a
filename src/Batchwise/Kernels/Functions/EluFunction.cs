using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>y = x above zero and alpha (exp(x) - 1) below, dx = dy or dy (y + alpha); alpha is positive, so y has x's sign.</summary>
internal readonly struct EluFunction(float alpha) : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TOperations, TVector>(TVector x)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var below = Exponential.MinusOne<TOperations, TVector>(TOperations.Min(x, TOperations.Zero));
        return TOperations.Select(TOperations.GreaterThan(x, TOperations.Zero), x, TOperations.Multiply(TOperations.Broadcast(alpha), below));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Gradient<TOperations, TVector>(TVector y, TVector dy)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct =>
        TOperations.Select(
            TOperations.GreaterThan(y, TOperations.Zero), dy, TOperations.Multiply(dy, TOperations.Add(y, TOperations.Broadcast(alpha))));
}
