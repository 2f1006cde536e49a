namespace Batchwise;

/// <summary>All terms of a sum take the scale; the first takes center and shift too.</summary>
sealed class BehindSum : TakingRule
{
    public override string Name => "through a sum, the scale into each term and the shift into one";

    public override bool IsFor(FoldingNode node) => node.Layer is Sum;

    public override string? Refusal(FoldingGraph graph, FoldingNode node, ChannelMap map, int depth) =>
        Terms(node, map).Select(term => FoldingTable.RefusalBehind(graph, term.Node, term.Map, depth))
            .FirstOrDefault(refusal => refusal is not null);

    public override void Take(FoldingNode node, ChannelMap map, ICollection<FoldingNode> into)
    {
        foreach (var (term, own) in Terms(node, map))
            FoldingTable.TakeBehind(term, own, into);
    }

    private static IEnumerable<(FoldingNode Node, ChannelMap Map)> Terms(FoldingNode node, ChannelMap map) =>
        node.Inputs.Select((term, i) => (term, i == 0 ? map : map.WithoutShift()));
}
