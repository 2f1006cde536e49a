using Batchwise.Kernels;

namespace Batchwise;

/// <summary>The backward correction of a normalization, left to the convolution before it, which alone reads what it gives.</summary>
/// <param name="gradient">The gradient of the normalization's result.</param>
/// <param name="reads">What it is computed from beside that.</param>
abstract class Correction(PlanBuffer gradient, params PlanBuffer[] reads)
{
    /// <summary>The gradient of the normalization's result.</summary>
    public PlanBuffer Gradient { get; } = gradient;

    /// <summary>What it is computed from, with the gradient.</summary>
    public IReadOnlyList<PlanBuffer> Reads { get; } = [gradient, .. reads];

    /// <summary>The rows of a batch.</summary>
    public abstract CorrectedRows Rows(PlanRun run);
}

/// <summary>Where a convolution finds the correction that it offered to take over; a normalization may leave one there.</summary>
sealed class CorrectionOffer
{
    public Correction? Left { get; set; }
}
