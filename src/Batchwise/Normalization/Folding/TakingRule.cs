namespace Batchwise;

/// <summary>
/// How layers of one kind take a map of each channel that stands before or behind them, so that the map's own layer goes.
/// </summary>
abstract class TakingRule
{
    /// <summary>What reports call it.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the rule is for a layer.</summary>
    public abstract bool IsFor(FoldingNode node);

    /// <summary>Why a layer cannot take a map; null where it can.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="node">The layer.</param>
    /// <param name="map">The map.</param>
    /// <param name="depth">How many layers passed the map on before it came here.</param>
    public abstract string? Refusal(FoldingGraph graph, FoldingNode node, ChannelMap map, int depth);

    /// <summary>Makes the map part of the layer, or passes it on.</summary>
    /// <param name="node">The layer, which can take the map.</param>
    /// <param name="map">The map.</param>
    /// <param name="into">Receives the layers whose values hold the map now.</param>
    public abstract void Take(FoldingNode node, ChannelMap map, ICollection<FoldingNode> into);

    /// <summary>Refuses a map whose numbers differ from place to place.</summary>
    protected static string? RefusePlaces(FoldingNode node, ChannelMap map, int channels) =>
        map.Length == channels ? null : $"each place has numbers of its own, and '{node.Name}' treats all places alike";
}
