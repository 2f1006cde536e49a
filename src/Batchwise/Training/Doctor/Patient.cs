using System.Collections.Immutable;

namespace Batchwise;

/// <summary>What is examined, and what is known of it.</summary>
/// <param name="network">The network.</param>
/// <param name="log">The log of the run that trained it.</param>
sealed class Patient(Network network, RunLog? log)
{
    private ImmutableDictionary<Node, ChannelRecord>? channels;

    public Network Network => network;

    /// <summary>Parameters and statistics; null for a network that was not trained.</summary>
    public NetworkState? State { get; init; }

    /// <summary>Runs over the examples; null without examples.</summary>
    public Sweep? Sweep { get; init; }

    public RunLog? Log => log;

    /// <summary>All normalizations, in the network's order.</summary>
    public ImmutableArray<Node> Normalizations { get; } = [.. network.Nodes.Where(Batchwise.Normalizations.Is)];

    /// <summary>What the channels of activations and of normalizations' inputs did over the examples, with batch statistics.</summary>
    public ImmutableDictionary<Node, ChannelRecord> Channels => channels ??= ChannelRecord.Observe(
        State!, Sweep!, [.. Normalizations.Select(node => node.Inputs[0]).Concat(network.Nodes.Where(node => ChannelRecord.CanDie(node) || ChannelRecord.CanSaturate(node))).Distinct()]);

    public string NameOf(Node node) => network.NameOf(node);

    /// <summary>What of some evidence there is not, in words; null if all is there.</summary>
    public string? Lacks(Evidence needed)
    {
        if (needed.HasFlag(Evidence.State) && State is null)
            return "a trained model";
        if (needed.HasFlag(Evidence.Examples) && Sweep is null)
            return "data";
        return needed.HasFlag(Evidence.Log) && log is null ? "the run's log" : null;
    }

    /// <summary>
    /// The variance of each channel of a normalization's input: over the examples where there are some (and the layer's
    /// channels are those of its shape), else the stored one that inference uses.
    /// </summary>
    public double[] InputVariance(Node normalization) =>
        Sweep is null || Batchwise.Normalizations.Channels(normalization) != normalization.Shape.Channels
        ? Batchwise.Normalizations.Stored(State!, normalization).Variance
        : Channels[normalization.Inputs[0]].Variance;
}
