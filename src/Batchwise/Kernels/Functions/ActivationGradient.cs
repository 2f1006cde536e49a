using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>The gradient of a function for backward steps that compute the argument again.</summary>
internal static class ActivationGradient
{
    /// <summary>dy times the derivative at x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector At<TFunction, TOperations, TVector>(TFunction function, TVector x, TVector dy)
        where TFunction : struct, IActivationFunction
        where TOperations : IVectorOperations<TVector>
        where TVector : struct =>
        function.Gradient<TOperations, TVector>(TFunction.NeedsArgument ? x : function.Value<TOperations, TVector>(x), dy);
}
