namespace Batchwise;

/// <summary>
/// The Gaussian error linear unit: y = x Phi(x), Phi(x) = (1 + erf(x / sqrt(2))) / 2 being the standard normal distribution (Hendrycks and
/// Gimpel, arXiv 1606.08415, section 2). Its derivative is Phi(x) + x phi(x) with the density phi.
/// </summary>
public sealed record Gelu : Activation
{
    private const double Cubic = 0.044715;

    private static readonly double Factor = Math.Sqrt(2 / Math.PI);

    /// <summary>
    /// Whether y = x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2, the same paper's approximation, takes its place: at most 5e-4 apart.
    /// Default: no.
    /// </summary>
    public bool Approximate { get; init; }

    /// <inheritdoc/>
    public override string Kind => "gelu";

    /// <inheritdoc/>
    public override LayerAttributes Attributes => LayerAttributes.Empty.With("approximate", Approximate);

    /// <inheritdoc/>
    public override double Value(double x) => Approximate ? x * (1 + Tanh(x)) / 2 : x * NormalDistribution.Cumulative(x);

    /// <inheritdoc/>
    public override double Derivative(double x)
    {
        if (!Approximate)
            return NormalDistribution.Cumulative(x) + x * NormalDistribution.Density(x);
        var tanh = Tanh(x);
        return (1 + tanh) / 2 + x * (1 - tanh * tanh) * Factor * (1 + 3 * Cubic * x * x) / 2;
    }

    private static double Tanh(double x) => Math.Tanh(Factor * (x + Cubic * x * x * x));
}
