using Batchwise.Kernels;

namespace Batchwise;

/// <summary>Normalizes one sample, by groups of one kind of layout; forward and backward read the same buffers.</summary>
abstract class SampleKernel(SampleBuffers buffers)
{
    protected SampleBuffers Buffers { get; } = buffers;

    /// <summary>Floats of scratch that a worker needs.</summary>
    public abstract long Scratch { get; }

    /// <summary>The kernel for a layer: groups lie in one piece, or are channels of all positions.</summary>
    public static SampleKernel For(SampleBuffers buffers) =>
        buffers.Sample.Rank == 1 || buffers.Affine == buffers.Sample.Size ? new ContiguousGroups(buffers) : new ChannelGroups(buffers);

    /// <summary>Statistics and output of a sample.</summary>
    public abstract void Forward(int sample, PlanRun run, Span<float> scratch);

    /// <summary>The sample's part of the gradients of gamma and beta, and dx if it is wanted.</summary>
    /// <param name="sample">Which.</param>
    /// <param name="dy">The gradient of the output.</param>
    /// <param name="dx">Receives the gradient of the input, or is increased by it; null if it is not wanted.</param>
    /// <param name="accumulate">Whether dx is increased.</param>
    /// <param name="dGamma">Increased by the sample's part.</param>
    /// <param name="dBeta">Increased by the sample's part.</param>
    /// <param name="run">The batch.</param>
    /// <param name="scratch">This worker's.</param>
    public abstract void Backward(
        int sample, PlanBuffer dy, PlanBuffer? dx, bool accumulate, Span<float> dGamma, Span<float> dBeta, PlanRun run, Span<float> scratch);

    /// <summary>Where the statistics of one group of one sample lie.</summary>
    protected Span<float> StatisticsOf(int sample, int group, PlanRun run) =>
        run[Buffers.Statistics].Slice((sample * Buffers.Groups + group) * RunStatistics.Length, RunStatistics.Length);
}
