using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// The exponential linear unit: y = x above zero, y = alpha (exp(x) - 1) below (Clevert et al., arXiv 1511.07289); its derivative is 1 above
/// zero and y + alpha below, at 0 alpha.
/// </summary>
public sealed record Elu : Activation
{
    /// <summary>A unit of the given alpha.</summary>
    /// <param name="alpha">What y approaches below zero, with its sign changed; positive. Default: 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive and finite in float32.</exception>
    public Elu(double alpha = 1)
    {
        if (!(alpha > 0 && float.IsFinite((float)alpha)))
            throw new ArgumentOutOfRangeException(nameof(alpha),
                Invariant($"An exponential linear unit's alpha is a positive float32 number, not {alpha}; for 0 use Relu."));
        Alpha = alpha;
    }

    /// <summary>What y approaches below zero, with its sign changed.</summary>
    public double Alpha { get; }

    /// <inheritdoc/>
    public override string Kind => "elu";

    /// <inheritdoc/>
    public override LayerAttributes Attributes => LayerAttributes.Empty.With("alpha", Alpha);

    /// <inheritdoc/>
    public override double Value(double x) => x > 0 ? x : Alpha * (Math.Exp(x) - 1);

    /// <inheritdoc/>
    public override double Derivative(double x) => x > 0 ? 1 : Alpha * Math.Exp(x);
}
