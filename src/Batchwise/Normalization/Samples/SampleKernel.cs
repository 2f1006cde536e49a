namespace Batchwise;

/// <summary>Normalizes samples, by groups of one kind of layout; forward and backward read the same buffers.</summary>
abstract class SampleKernel(SampleBuffers buffers)
{
    protected SampleBuffers Buffers { get; } = buffers;

    /// <summary>Floats of scratch that a worker needs.</summary>
    public abstract long Scratch { get; }

    /// <summary>The kernel for a layer: groups lie in one piece, or are channels of all positions.</summary>
    public static SampleKernel For(SampleBuffers buffers) =>
        buffers.Sample.Rank == 1 || buffers.Affine == buffers.Sample.Size ? new ContiguousGroups(buffers) : new MapGroups(buffers);

    /// <summary>Statistics and output of some samples.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="end">The first behind them.</param>
    /// <param name="run">The batch.</param>
    /// <param name="scratch">This worker's.</param>
    public abstract void Forward(int first, int end, PlanRun run, Span<float> scratch);

    /// <summary>The samples' part of the gradients of gamma and beta, and dx if it is wanted.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="end">The first behind them.</param>
    /// <param name="dy">The gradient of the output.</param>
    /// <param name="dx">Receives the gradient of the input, or is increased by it; null if it is not wanted.</param>
    /// <param name="accumulate">Whether dx is increased.</param>
    /// <param name="dGamma">Increased by the samples' part.</param>
    /// <param name="dBeta">Increased by the samples' part.</param>
    /// <param name="run">The batch.</param>
    /// <param name="scratch">This worker's.</param>
    public abstract void Backward(
        int first, int end, PlanBuffer dy, PlanBuffer? dx, bool accumulate, Span<float> dGamma, Span<float> dBeta, PlanRun run, Span<float> scratch);
}
