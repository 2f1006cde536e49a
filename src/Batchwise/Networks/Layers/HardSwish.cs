namespace Batchwise;

/// <summary>
/// Swish of straight lines: y = x max(0, min(1, x / 6 + 1/2)) (Howard et al., arXiv 1905.02244, section 5.2). Its derivative is 0 up to -3,
/// x / 3 + 1/2 between, and 1 from 3 on.
/// </summary>
public sealed record HardSwish : Activation
{
    /// <inheritdoc/>
    public override string Kind => "hardSwish";

    /// <inheritdoc/>
    public override double Value(double x) => x * Math.Max(0, Math.Min(1, x / 6 + 0.5));

    /// <inheritdoc/>
    public override double Derivative(double x) => x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5;
}
