namespace Batchwise;

/// <summary>A map of a flattened map of positions is one of its channels, where it is the same at every place.</summary>
sealed class BehindFlatten : TakingRule
{
    public override string Name => "past a flattening";

    public override bool IsFor(FoldingNode node) => node.Layer is Flatten;

    public override string? Refusal(FoldingGraph graph, FoldingNode node, ChannelMap map, int depth) =>
        FoldingTable.RefusalBehind(graph, node.Inputs[0], OfInput(node, map), depth);

    public override void Take(FoldingNode node, ChannelMap map, ICollection<FoldingNode> into) =>
        FoldingTable.TakeBehind(node.Inputs[0], OfInput(node, map), into);

    private static ChannelMap OfInput(FoldingNode node, ChannelMap map) => map.PerChannel(node.Inputs[0].Shape.Channels);
}
