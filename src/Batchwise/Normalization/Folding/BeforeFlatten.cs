namespace Batchwise;

/// <summary>A flattening hands a map on to what reads it: the channels' numbers once for every place.</summary>
sealed class BeforeFlatten : TakingRule
{
    public override string Name => "past a flattening";

    public override bool IsFor(FoldingNode node) => node.Layer is Flatten;

    public override string? Refusal(FoldingGraph graph, FoldingNode node, ChannelMap map, int depth) =>
        FoldingTable.RefusalBefore(graph, node, map.Repeated(node.Shape.Size), depth);

    public override void Take(FoldingNode node, ChannelMap map, ICollection<FoldingNode> into) =>
        FoldingTable.TakeBefore(node, map.Repeated(node.Shape.Size), into);
}
