namespace Batchwise;

/// <summary>
/// A convolution, of whatever groups, strides and dilations, or a dense layer scales its outputs' columns: W' = W scale,
/// b' = (b - center) scale + shift.
/// </summary>
sealed class BehindLinear : TakingRule
{
    public override string Name => "an affine map behind a convolution or dense layer";

    public override bool IsFor(FoldingNode node) => node.Layer is LinearLayer;

    public override string? Refusal(FoldingGraph graph, FoldingNode node, ChannelMap map, int depth) =>
        RefusePlaces(node, map, node.Shape.Channels);

    public override void Take(FoldingNode node, ChannelMap map, ICollection<FoldingNode> into)
    {
        node.Append(map);
        into.Add(node);
    }
}
