using System.Collections.Immutable;

namespace Batchwise;

/// <summary>What becomes of each normalization while a network is folded.</summary>
sealed class FoldingLog
{
    private readonly Dictionary<string, (string Rule, List<string> Into)> folded = [];

    /// <summary>Notes that a layer's map became part of others.</summary>
    /// <param name="node">The layer, which goes.</param>
    /// <param name="rule">By which rule.</param>
    /// <param name="into">Whose values hold it now.</param>
    public void Folded(FoldingNode node, string rule, IEnumerable<FoldingNode> into)
    {
        string[] names = [.. into.Select(taker => taker.Name).Distinct()];
        // What was folded into this layer goes with it.
        foreach (var (_, earlier) in folded.Values)
        {
            if (earlier.Remove(node.Name))
                earlier.AddRange(names.Except([.. earlier]));
        }
        folded[node.Name] = (rule, [.. names]);
    }

    /// <summary>What became of every normalization.</summary>
    /// <param name="before">The network that was folded.</param>
    /// <param name="graph">What is left of it.</param>
    public FoldingReport Report(Network before, FoldingGraph graph)
    {
        var left = graph.Nodes.ToDictionary(node => node.Name);
        return new(
            [.. before.Nodes.Where(node => node.Layer is IFoldable or SampleNormalization)
                .Select(node => Fate(before.NameOf(node), left.GetValueOrDefault(before.NameOf(node)), graph))],
            [.. before.Nodes.Select(before.NameOf).Where(name => !left.ContainsKey(name))]);
    }

    private FoldedNormalization Fate(string name, FoldingNode? left, FoldingGraph graph) =>
        left is null ? new(name, [.. folded[name].Into], folded[name].Rule, null) : new(name, [], null, Reason(left, graph));

    private static string Reason(FoldingNode node, FoldingGraph graph) => node switch
    {
        { Map: { } map } => $"before it, {FoldingTable.RefusalBehind(graph, node.Inputs[0], map)}; behind it, {FoldingTable.RefusalBefore(graph, node, map)}",
        { Mixing: not null } => $"before it, {FoldWhitening.Refusal(graph, node)}",
        { Layer: SampleNormalization } => "it normalizes each sample by the sample's own values, which are no constants",
        _ => $"it whitens samples of shape {node.Shape}, for which there is no linear layer",
    };
}
