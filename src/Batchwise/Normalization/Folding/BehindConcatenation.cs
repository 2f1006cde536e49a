namespace Batchwise;

/// <summary>Each branch of a concatenation takes its slice of the channels.</summary>
sealed class BehindConcatenation : TakingRule
{
    public override string Name => "through a concatenation, a slice into each branch";

    public override bool IsFor(FoldingNode node) => node.Layer is Concatenation;

    public override string? Refusal(FoldingGraph graph, FoldingNode node, ChannelMap map, int depth) =>
        RefusePlaces(node, map, node.Shape.Channels)
        ?? Slices(node, map).Select(slice => FoldingTable.RefusalBehind(graph, slice.Branch, slice.Map, depth))
            .FirstOrDefault(refusal => refusal is not null);

    public override void Take(FoldingNode node, ChannelMap map, ICollection<FoldingNode> into)
    {
        foreach (var (branch, slice) in Slices(node, map))
            FoldingTable.TakeBehind(branch, slice, into);
    }

    private static IEnumerable<(FoldingNode Branch, ChannelMap Map)> Slices(FoldingNode node, ChannelMap map)
    {
        var first = 0;
        foreach (var branch in node.Inputs)
        {
            yield return (branch, map.Slice(first, branch.Shape.Channels));
            first += branch.Shape.Channels;
        }
    }
}
