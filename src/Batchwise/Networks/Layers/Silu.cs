namespace Batchwise;

/// <summary>
/// The sigmoid linear unit, also known as swish: y = x s(x) with the logistic function s (Hendrycks and Gimpel, arXiv 1606.08415; Elfwing et
/// al., arXiv 1702.03118). Its derivative is s(x) + x s(x) (1 - s(x)).
/// </summary>
public sealed record Silu : Activation
{
    /// <inheritdoc/>
    public override string Kind => "silu";

    /// <inheritdoc/>
    public override double Value(double x) => x / (1 + Math.Exp(-x));

    /// <inheritdoc/>
    public override double Derivative(double x)
    {
        var logistic = 1 / (1 + Math.Exp(-x));
        return logistic + x * logistic * (1 - logistic);
    }
}
