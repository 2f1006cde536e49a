namespace Batchwise.Kernels;

/// <summary>A scalar function and its gradient, which is told from the value where that is possible, else from the argument.</summary>
internal interface IActivationFunction
{
    /// <summary>
    /// Whether the derivative needs the argument, because two arguments of different derivatives have one value. Backward is then given
    /// the argument, else the value.
    /// </summary>
    static virtual bool NeedsArgument => false;

    /// <summary>The function's value.</summary>
    TVector Value<TOperations, TVector>(TVector x)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct;

    /// <summary>dy times the derivative.</summary>
    /// <param name="kept">What backward is given: the argument where <see cref="NeedsArgument"/>, else the value.</param>
    /// <param name="dy">The gradient of the value.</param>
    TVector Gradient<TOperations, TVector>(TVector kept, TVector dy)
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
    Elu,
    Gelu,
    GeluTanh,
    Silu,
    HardSigmoid,
    HardSwish,
    Clip,
}

/// <summary>A function and its settings.</summary>
/// <param name="Kind">The function.</param>
/// <param name="First">The leaky rectifier's slope, alpha of ELU and of the hard sigmoid, or the clip's minimum.</param>
/// <param name="Second">Beta of the hard sigmoid, or the clip's maximum.</param>
internal readonly record struct ActivationFunction(ActivationKind Kind, float First = 0, float Second = 0)
{
    public static ActivationFunction Identity => new(ActivationKind.Identity);

    /// <summary>Whether backward needs the argument, as <see cref="IActivationFunction.NeedsArgument"/> has it.</summary>
    public bool NeedsArgument => Kind is ActivationKind.Gelu or ActivationKind.GeluTanh or ActivationKind.Silu or ActivationKind.HardSwish;
}
