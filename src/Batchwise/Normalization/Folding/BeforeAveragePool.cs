namespace Batchwise;

/// <summary>An average pool hands a map on to what reads it.</summary>
sealed class BeforeAveragePool : TakingRule
{
    public override string Name => "past an average pool";

    public override bool IsFor(FoldingNode node) => BehindAveragePool.IsAverage(node);

    public override string? Refusal(FoldingGraph graph, FoldingNode node, ChannelMap map, int depth) =>
        RefusePlaces(node, map, node.Shape.Channels) ?? BehindAveragePool.RefusePadding(node, map)
            ?? FoldingTable.RefusalBefore(graph, node, map, depth);

    public override void Take(FoldingNode node, ChannelMap map, ICollection<FoldingNode> into) =>
        FoldingTable.TakeBefore(node, map, into);
}
