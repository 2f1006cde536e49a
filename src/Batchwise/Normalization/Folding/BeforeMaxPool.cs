namespace Batchwise;

/// <summary>A max pool hands a map without negative scales on to what reads it.</summary>
sealed class BeforeMaxPool : TakingRule
{
    public override string Name => "past a max pool, with scales that are not negative";

    public override bool IsFor(FoldingNode node) => BehindMaxPool.IsMaximum(node);

    public override string? Refusal(FoldingGraph graph, FoldingNode node, ChannelMap map, int depth) =>
        RefusePlaces(node, map, node.Shape.Channels) ?? BehindMaxPool.RefuseOrder(node, map)
            ?? FoldingTable.RefusalBefore(graph, node, map, depth);

    public override void Take(FoldingNode node, ChannelMap map, ICollection<FoldingNode> into) =>
        FoldingTable.TakeBefore(node, map, into);
}
