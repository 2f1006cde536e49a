using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// The buffers of one normalization on vectors and the function behind it, and what forward leaves of each channel for
/// backward, once per part of the batch that has statistics of its own.
/// </summary>
sealed class NormalizationBuffers
{
    private readonly NormalizedChannel[] channels;

    public NormalizationBuffers(Node node, PlanBuilder builder, PlanBuffer x, PlanBuffer y, ActivationFunction function)
    {
        (Node, X, Y, Function) = (node, x, y, function);
        UsesBatch = Layer.UsesBatch(builder.Mode);
        var parts = Parts(builder.Capacity);
        Vectors = PlanBuilder.Fixed($"{builder.NameOf(node)} vectors", parts * NormalizationVectors.Count, x.Channels);
        Gamma = builder.Parameter(node, 0).Value;
        Beta = builder.Parameter(node, 1).Value;
        channels = new NormalizedChannel[parts * x.Channels];
    }

    public Node Node { get; }

    public PlanBuffer X { get; }

    public PlanBuffer Y { get; }

    public PlanBuffer Vectors { get; }

    public PlanBuffer Gamma { get; }

    public PlanBuffer Beta { get; }

    public ActivationFunction Function { get; }

    /// <summary>Whether the batch's statistics are used, not stored ones.</summary>
    public bool UsesBatch { get; }

    public ChannelNormalization Layer => (ChannelNormalization)Node.Layer;

    /// <summary>Into how many parts a batch is cut.</summary>
    public int Parts(int count) => UsesBatch ? Layer.Parts(count) : 1;

    /// <summary>The rows of a part.</summary>
    public (int First, int Count) PartOf(int part, int count) => UsesBatch ? Layer.PartOf(part, count) : (0, count);

    public NormalizationVectors VectorsOf(int part, int column, int columns, PlanRun run) =>
        new(run[Vectors][(part * NormalizationVectors.Count * Vectors.Stride)..], Vectors.Stride, column, columns);

    public Span<NormalizedChannel> ChannelsOf(int part, int column, int columns) => channels.AsSpan(part * X.Channels + column, columns);
}
