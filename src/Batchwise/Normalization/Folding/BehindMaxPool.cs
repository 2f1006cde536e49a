namespace Batchwise;

/// <summary>The largest of mapped values is the mapped largest, where no scale is negative.</summary>
sealed class BehindMaxPool : TakingRule
{
    public override string Name => "past a max pool, with scales that are not negative";

    public override bool IsFor(FoldingNode node) => IsMaximum(node);

    public override string? Refusal(FoldingGraph graph, FoldingNode node, ChannelMap map, int depth) =>
        RefusePlaces(node, map, node.Shape.Channels) ?? RefuseOrder(node, map)
            ?? FoldingTable.RefusalBehind(graph, node.Inputs[0], map, depth);

    public override void Take(FoldingNode node, ChannelMap map, ICollection<FoldingNode> into) =>
        FoldingTable.TakeBehind(node.Inputs[0], map, into);

    /// <summary>Whether a layer takes the largest value of each channel.</summary>
    internal static bool IsMaximum(FoldingNode node) => node.Layer is MaxPool or GlobalMaxPool;

    /// <summary>Refuses a map that turns the order of values around.</summary>
    internal static string? RefuseOrder(FoldingNode node, ChannelMap map) =>
        map.KeepsOrder ? null : $"a scale is negative, so that the largest value in '{node.Name}' would be the smallest";
}
