using Batchwise.Kernels;
using static System.FormattableString;

namespace Batchwise;

/// <summary>Adagrad (Duchi et al. 2011): s += g^2, w -= rate g / (sqrt(s) + epsilon).</summary>
public sealed record Adagrad : Optimizer
{
    /// <summary>Adagrad.</summary>
    /// <param name="learningRate">The rate, positive. Default: 0.01.</param>
    /// <param name="epsilon">Added to the root, positive. Default: 1e-10.</param>
    public Adagrad(float learningRate = 0.01f, float epsilon = 1e-10f)
        : base(learningRate)
    {
        if (!(epsilon > 0 && float.IsFinite(epsilon)))
            throw new ArgumentOutOfRangeException(nameof(epsilon), Invariant($"Adagrad's epsilon is a positive number, not {epsilon}."));
        Epsilon = epsilon;
    }

    /// <summary>Added to the root, so that a parameter without gradients does not divide by zero.</summary>
    public float Epsilon { get; }

    internal override int Slots => 1;

    /// <inheritdoc/>
    internal override bool HoldsSquares(int slot) => true;

    internal override void Update(in OptimizerStep step) =>
        Updates.Adagrad(step.Values, step.Gradients, step.FirstSlot, step.Rate, Epsilon, step.Decay);
}
