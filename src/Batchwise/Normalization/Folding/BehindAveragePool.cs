namespace Batchwise;

/// <summary>The average of mapped values is the mapped average, as long as no zeros of a padding are among them.</summary>
sealed class BehindAveragePool : TakingRule
{
    public override string Name => "past an average pool";

    public override bool IsFor(FoldingNode node) => IsAverage(node);

    public override string? Refusal(FoldingGraph graph, FoldingNode node, ChannelMap map, int depth) =>
        RefusePlaces(node, map, node.Shape.Channels) ?? RefusePadding(node, map)
            ?? FoldingTable.RefusalBehind(graph, node.Inputs[0], map, depth);

    public override void Take(FoldingNode node, ChannelMap map, ICollection<FoldingNode> into) =>
        FoldingTable.TakeBehind(node.Inputs[0], map, into);

    /// <summary>Whether a layer averages each channel.</summary>
    internal static bool IsAverage(FoldingNode node) => node.Layer is AveragePool or GlobalAveragePool;

    /// <summary>Refuses a map with a shift where zeros of the padding count.</summary>
    internal static string? RefusePadding(FoldingNode node, ChannelMap map) =>
        node.Layer is AveragePool { CountPadding: true } pool && !map.KeepsZero
            && pool.PlaceOn(node.Inputs[0].Shape) is not { Top: 0, Bottom: 0, Left: 0, Right: 0 }
            ? $"'{node.Name}' counts the zeros of its padding, which a shift would change"
            : null;
}
