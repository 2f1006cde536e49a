using Batchwise.Kernels;
using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// Adam (Kingma and Ba, arXiv 1412.6980): moving averages of g and g^2, corrected for their start at zero,
/// w -= rate m / (sqrt(s) + epsilon).
/// </summary>
public sealed record Adam : Optimizer
{
    /// <summary>Adam.</summary>
    /// <param name="learningRate">The rate, positive. Default: 0.001.</param>
    /// <param name="beta1">How much of the average of g is kept, in [0, 1). Default: 0.9.</param>
    /// <param name="beta2">How much of the average of g^2 is kept, in [0, 1). Default: 0.999.</param>
    /// <param name="epsilon">Added to the root, positive. Default: 1e-8.</param>
    public Adam(float learningRate = 0.001f, float beta1 = 0.9f, float beta2 = 0.999f, float epsilon = 1e-8f)
        : base(learningRate)
    {
        Beta1 = Fraction(beta1, nameof(beta1));
        Beta2 = Fraction(beta2, nameof(beta2));
        if (!(epsilon > 0 && float.IsFinite(epsilon)))
            throw new ArgumentOutOfRangeException(nameof(epsilon), Invariant($"Adam's epsilon is a positive number, not {epsilon}."));
        Epsilon = epsilon;
    }

    /// <summary>How much of the average gradient is kept from step to step.</summary>
    public float Beta1 { get; }

    /// <summary>How much of the average squared gradient is kept from step to step.</summary>
    public float Beta2 { get; }

    /// <summary>Added to the root.</summary>
    public float Epsilon { get; }

    internal override int Slots => 2;

    /// <inheritdoc/>
    internal override bool HoldsSquares(int slot) => slot == 1;

    internal override void Update(in OptimizerStep step)
    {
        var correction1 = (float)(1 - Math.Pow(Beta1, step.Step + 1));
        var correction2 = (float)(1 - Math.Pow(Beta2, step.Step + 1));
        Updates.Adam(step.Values, step.Gradients, step.FirstSlot, step.SecondSlot, step.Rate, Beta1, Beta2, correction1, correction2, Epsilon, step.Decay);
    }
}
