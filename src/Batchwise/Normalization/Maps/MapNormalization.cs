using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// What the steps of one normalization on maps share: its buffers, and the sums that tasks leave, one slot per block
/// of rows, merged afterwards in the blocks' order.
/// </summary>
sealed class MapNormalization
{
    private const int ChannelsPerTask = 64;

    public MapNormalization(Node node, PlanBuilder builder, PlanBuffer x, ActivationFunction function)
    {
        var name = builder.NameOf(node);
        Node = node;
        X = x;
        Function = function;
        Name = name;
        Vectors = PlanBuilder.Fixed($"{name} vectors", NormalizationVectors.Count, x.Channels);
        Corrections = PlanBuilder.Fixed($"{name} corrections", 2, x.Channels);
        Slots = PlanBuilder.Fixed($"{name} slots", 1, 1);
        Gamma = builder.Parameter(node, 0).Value;
        Beta = builder.Parameter(node, 1).Value;
        Normalized = new NormalizedChannel[x.Channels];
        First = new BlockSums(x.Channels, builder.Capacity);
        Second = new BlockSums(x.Channels, builder.Capacity);
    }

    public Node Node { get; }

    public string Name { get; }

    public PlanBuffer X { get; }

    public PlanBuffer Vectors { get; }

    /// <summary>Slope and offset of the backward correction.</summary>
    public PlanBuffer Corrections { get; }

    /// <summary>Stands for the slots where steps say what they read and write.</summary>
    public PlanBuffer Slots { get; }

    public PlanBuffer Gamma { get; }

    public PlanBuffer Beta { get; }

    public ActivationFunction Function { get; }

    /// <summary>Means of blocks forward, sums of g backward.</summary>
    public BlockSums First { get; }

    /// <summary>What forward leaves of each channel for backward.</summary>
    public NormalizedChannel[] Normalized { get; }

    /// <summary>Squared deviations of blocks forward, sums of g (x - mean) backward.</summary>
    public BlockSums Second { get; }

    public ChannelNormalization Layer => (ChannelNormalization)Node.Layer;

    public int Channels => X.Channels;

    /// <summary>Tasks of a step that works on channels.</summary>
    public int ChannelTasks => (Channels + ChannelsPerTask - 1) / ChannelsPerTask;

    /// <summary>The channels of one task.</summary>
    public static (int First, int Count) ChannelsOf(int task, int channels) =>
        (task * ChannelsPerTask, Math.Min(ChannelsPerTask, channels - task * ChannelsPerTask));

    /// <summary>
    /// Lets an operation that leaves sums follow the step that completes a buffer, or emits it as a step of its own; makes room for
    /// the sums of its blocks.
    /// </summary>
    public IBlocks Follow(PlanBuffer buffer, BlockOperation operation, PlanBuilder builder)
    {
        var blocks = builder.Follow(Name, buffer, operation);
        First.Fit(blocks);
        Second.Fit(blocks);
        return blocks;
    }

    public NormalizationVectors VectorsOf(PlanRun run, int first, int channels) => new(run[Vectors], Vectors.Stride, first, channels);
}
