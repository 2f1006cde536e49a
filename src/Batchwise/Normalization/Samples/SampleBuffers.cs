using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// What the steps of one normalization per sample share: its buffers, and how the batch is cut into blocks of samples, each
/// with a slot for its part of the gradients of gamma and beta, merged afterwards in the blocks' order.
/// </summary>
sealed class SampleBuffers
{
    private const int BlocksAimedAt = 16;
    private const int FewestValues = 2048;

    // Gradients of gamma and beta are summed in float32 within a block.
    private const int MostSamples = ColumnBlock.RowsInSingle;

    private readonly int leastSamples;

    public SampleBuffers(Node node, PlanBuilder builder, PlanBuffer x, PlanBuffer y, ActivationFunction function)
    {
        Name = builder.NameOf(node);
        Layer = (SampleNormalization)node.Layer;
        X = x;
        Y = y;
        Function = function;
        Sample = node.Shape;
        Groups = Layer.GroupsOf(Sample);
        Gamma = builder.Parameter(node, 0).Value;
        Beta = builder.Parameter(node, 1).Value;
        Affine = Gamma.Positions * Gamma.Channels;
        Statistics = PlanBuilder.Row($"{Name} statistics", (long)Groups * RunStatistics.Length, perSample: true);
        leastSamples = Math.Clamp(FewestValues / Sample.Size, 1, MostSamples);
        Slots = PlanBuilder.Fixed($"{Name} slots", 2 * Enumerable.Range(1, builder.Capacity).Max(Blocks), Affine);
    }

    public string Name { get; }

    public SampleNormalization Layer { get; }

    public PlanBuffer X { get; }

    public PlanBuffer Y { get; }

    public PlanBuffer Gamma { get; }

    public PlanBuffer Beta { get; }

    public ActivationFunction Function { get; }

    /// <summary>The statistics of each group of each sample, forward's for backward.</summary>
    public PlanBuffer Statistics { get; }

    /// <summary>Per block of samples its part of gamma's gradient, then of beta's.</summary>
    public PlanBuffer Slots { get; }

    public Shape Sample { get; }

    public int Groups { get; }

    /// <summary>Values of gamma.</summary>
    public int Affine { get; }

    /// <summary>Floats from one sample of x or y to the next.</summary>
    public int Stride => X.Positions * X.Stride;

    /// <summary>How many blocks a batch is cut into: the tasks of a step over samples.</summary>
    public int Blocks(int count) => (count + PerBlock(count) - 1) / PerBlock(count);

    /// <summary>The samples of one block.</summary>
    public (int First, int End) SamplesOf(int block, int count) => (block * PerBlock(count), Math.Min(count, (block + 1) * PerBlock(count)));

    /// <summary>Whether a tensor of this size is too large for a cache.</summary>
    public bool IsLarge(int count) => new RowTasks(X).IsLarge(count);

    private int PerBlock(int count) => Math.Clamp((count + BlocksAimedAt - 1) / BlocksAimedAt, leastSamples, MostSamples);
}
