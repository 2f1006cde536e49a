using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// Values brought between two bounds: y = min(max(x, minimum), maximum). Its derivative is 1 between the bounds, and 0 at both and beyond.
/// From 0 to 6 it is ReLU6 (Krizhevsky 2010, Convolutional deep belief networks on CIFAR-10).
/// </summary>
public sealed record Clip : Activation
{
    /// <summary>A clip between the given bounds.</summary>
    /// <param name="minimum">The least value; <see cref="double.NegativeInfinity"/> for none.</param>
    /// <param name="maximum">The largest value, not below the minimum; <see cref="double.PositiveInfinity"/> for none.</param>
    /// <exception cref="ArgumentException">There is nothing between the bounds, or one of them is NaN.</exception>
    public Clip(double minimum, double maximum)
    {
        if (!(minimum <= maximum && minimum < double.PositiveInfinity && maximum > double.NegativeInfinity))
            throw new ArgumentException(Invariant($"A clip's minimum is at most its maximum, and either may be infinite to its own side; {minimum} and {maximum} are not so."));
        (Minimum, Maximum) = (minimum, maximum);
    }

    /// <summary>The least value.</summary>
    public double Minimum { get; }

    /// <summary>The largest value.</summary>
    public double Maximum { get; }

    /// <inheritdoc/>
    public override string Kind => "clip";

    /// <inheritdoc/>
    public override LayerAttributes Attributes => LayerAttributes.Empty.With("minimum", Minimum).With("maximum", Maximum);

    /// <inheritdoc/>
    public override double Value(double x) => Math.Min(Math.Max(x, Minimum), Maximum);

    /// <inheritdoc/>
    public override double Derivative(double x) => x > Minimum && x < Maximum ? 1 : 0;
}
