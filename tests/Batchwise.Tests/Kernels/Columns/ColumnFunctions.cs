using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels;

/// <summary>The functions that column kernels apply, as plain float64.</summary>
internal static class ColumnFunctions
{
    private const float Slope = 0.25f;
    private const float Alpha = 0.5f;
    private const float Minimum = -0.75f;
    private const float Maximum = 0.5f;

    public static TheoryData<string> All => [.. Enum.GetNames<ActivationKind>()];

    public static ActivationKind Kind(string name) => Enum.Parse<ActivationKind>(name);

    public static ActivationFunction Of(ActivationKind kind) => kind switch
    {
        ActivationKind.LeakyRelu => new(kind, Slope),
        ActivationKind.Elu => new(kind, Alpha),
        ActivationKind.HardSigmoid => new(kind, Slope, Alpha),
        ActivationKind.Clip => new(kind, Minimum, Maximum),
        _ => new(kind),
    };

    public static double Value(ActivationKind kind, double x) => kind switch
    {
        ActivationKind.Sigmoid => 1 / (1 + Math.Exp(-x)),
        ActivationKind.Tanh => Math.Tanh(x),
        ActivationKind.Relu => Math.Max(0, x),
        ActivationKind.LeakyRelu => x > 0 ? x : Slope * x,
        ActivationKind.Elu => x > 0 ? x : Alpha * (Math.Exp(x) - 1),
        ActivationKind.Gelu => new Gelu().Value(x),
        ActivationKind.GeluTanh => new Gelu { Approximate = true }.Value(x),
        ActivationKind.Silu => x / (1 + Math.Exp(-x)),
        ActivationKind.HardSigmoid => Math.Clamp(Slope * x + Alpha, 0, 1),
        ActivationKind.HardSwish => x * Math.Clamp(x / 6 + 0.5, 0, 1),
        ActivationKind.Clip => Math.Clamp(x, Minimum, Maximum),
        _ => x,
    };

    /// <summary>What backward is given: the value, or the argument of a function that needs it.</summary>
    public static double Kept(ActivationKind kind, double x) => Of(kind).NeedsArgument ? x : Value(kind, x);

    /// <summary>The derivative, told from what backward is given.</summary>
    public static double Derivative(ActivationKind kind, double kept) => kind switch
    {
        ActivationKind.Sigmoid => kept * (1 - kept),
        ActivationKind.Tanh => 1 - kept * kept,
        ActivationKind.Relu => kept > 0 ? 1 : 0,
        ActivationKind.LeakyRelu => kept > 0 ? 1 : Slope,
        ActivationKind.Elu => kept > 0 ? 1 : kept + Alpha,
        ActivationKind.Gelu => new Gelu().Derivative(kept),
        ActivationKind.GeluTanh => new Gelu { Approximate = true }.Derivative(kept),
        ActivationKind.Silu => new Silu().Derivative(kept),
        ActivationKind.HardSigmoid => kept is > 0 and < 1 ? Slope : 0,
        ActivationKind.HardSwish => new HardSwish().Derivative(kept),
        ActivationKind.Clip => kept is > Minimum and < Maximum ? 1 : 0,
        _ => 1,
    };
}
