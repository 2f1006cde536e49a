namespace Batchwise;

/// <summary>A dense layer takes a map of its inputs.</summary>
sealed class BeforeDense : BeforeLinear
{
    public override string Name => "an affine map before a dense layer";

    public override bool IsFor(FoldingNode node) => node.Layer is Dense;

    public override string? Refusal(FoldingGraph graph, FoldingNode node, ChannelMap map, int depth) => RefuseCenter(map);

    public override void Take(FoldingNode node, ChannelMap map, ICollection<FoldingNode> into)
    {
        var (weight, bias) = (node.Weight, node.Bias);
        for (var i = 0; i < weight.Length; i++)
        {
            var (input, output) = Math.DivRem(i, bias.Length);
            bias[output] += map.Offset(input) * weight[i];
            weight[i] *= map.Scale[input];
        }
        node.Hold();
        into.Add(node);
    }
}
