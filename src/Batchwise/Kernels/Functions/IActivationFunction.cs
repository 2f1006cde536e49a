namespace Batchwise.Kernels;

/// <summary>
/// A scalar function whose derivative can be told from its value, so that backward needs the output alone.
/// </summary>
internal interface IActivationFunction
{
    /// <summary>The function's value.</summary>
    TVector Value<TOperations, TVector>(TVector x)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct;

    /// <summary>dy times the derivative where the function's value is <paramref name="y"/>.</summary>
    TVector Gradient<TOperations, TVector>(TVector y, TVector dy)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct;
}

/// <summary>Which function a kernel applies.</summary>
internal enum ActivationKind
{
    Identity,
    Sigmoid,
    Tanh,
    Relu,
    LeakyRelu,
}

/// <summary>A function and its slope below zero, which only the leaky rectifier has.</summary>
internal readonly record struct ActivationFunction(ActivationKind Kind, float Slope = 0)
{
    public static ActivationFunction Identity => new(ActivationKind.Identity);
}
