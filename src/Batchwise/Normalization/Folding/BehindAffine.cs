namespace Batchwise;

/// <summary>Two maps of each channel, one behind the other, are one.</summary>
sealed class BehindAffine : TakingRule
{
    public override string Name => "an affine map behind an affine map";

    public override bool IsFor(FoldingNode node) => node.Map is not null;

    public override string? Refusal(FoldingGraph graph, FoldingNode node, ChannelMap map, int depth) => null;

    public override void Take(FoldingNode node, ChannelMap map, ICollection<FoldingNode> into)
    {
        node.Become(node.Map!.Then(map));
        into.Add(node);
    }
}
