using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels;

/// <summary>The functions that column kernels apply, as plain float64.</summary>
internal static class ColumnFunctions
{
    private const float Slope = 0.25f;

    public static TheoryData<string> All => [.. Enum.GetNames<ActivationKind>()];

    public static ActivationKind Kind(string name) => Enum.Parse<ActivationKind>(name);

    public static ActivationFunction Of(ActivationKind kind) => new(kind, kind == ActivationKind.LeakyRelu ? Slope : 0);

    public static double Value(ActivationKind kind, double x) => kind switch
    {
        ActivationKind.Sigmoid => 1 / (1 + Math.Exp(-x)),
        ActivationKind.Tanh => Math.Tanh(x),
        ActivationKind.Relu => Math.Max(0, x),
        ActivationKind.LeakyRelu => x > 0 ? x : Slope * x,
        _ => x,
    };

    /// <summary>The derivative, told from the value.</summary>
    public static double Derivative(ActivationKind kind, double y) => kind switch
    {
        ActivationKind.Sigmoid => y * (1 - y),
        ActivationKind.Tanh => 1 - y * y,
        ActivationKind.Relu => y > 0 ? 1 : 0,
        ActivationKind.LeakyRelu => y > 0 ? 1 : Slope,
        _ => 1,
    };
}
