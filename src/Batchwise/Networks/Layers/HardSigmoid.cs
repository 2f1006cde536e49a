using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// A logistic function of straight lines: y = max(0, min(1, alpha x + beta)); its derivative is alpha where y lies between 0 and 1, and 0 at
/// both kinks and beyond.
/// </summary>
public sealed record HardSigmoid : Activation
{
    /// <summary>A function of the given slope and value at zero.</summary>
    /// <param name="alpha">The slope. Default: 1/6, as in PyTorch; ONNX's default is 0.2.</param>
    /// <param name="beta">The value at zero. Default: 1/2.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is not finite in float32.</exception>
    public HardSigmoid(double alpha = 1.0 / 6, double beta = 0.5)
    {
        if (!float.IsFinite((float)alpha))
            throw new ArgumentOutOfRangeException(nameof(alpha),
                Invariant($"A hard sigmoid's alpha is a finite float32 number, not {alpha}."));
        if (!float.IsFinite((float)beta))
            throw new ArgumentOutOfRangeException(nameof(beta),
                Invariant($"A hard sigmoid's beta is a finite float32 number, not {beta}."));
        (Alpha, Beta) = (alpha, beta);
    }

    /// <summary>The slope.</summary>
    public double Alpha { get; }

    /// <summary>The value at zero.</summary>
    public double Beta { get; }

    /// <inheritdoc/>
    public override string Kind => "hardSigmoid";

    /// <inheritdoc/>
    public override LayerAttributes Attributes => LayerAttributes.Empty.With("alpha", Alpha).With("beta", Beta);

    /// <inheritdoc/>
    public override double Value(double x) => Math.Max(0, Math.Min(1, Alpha * x + Beta));

    /// <inheritdoc/>
    public override double Derivative(double x) => Alpha * x + Beta is > 0 and < 1 ? Alpha : 0;
}
