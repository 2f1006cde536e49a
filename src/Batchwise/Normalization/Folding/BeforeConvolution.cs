namespace Batchwise;

/// <summary>
/// A convolution takes a map of its inputs. Zeros of its padding stand behind the map and stay zero, so that with a padding the
/// map must keep zero.
/// </summary>
sealed class BeforeConvolution : BeforeLinear
{
    public override string Name => "an affine map before a convolution";

    public override bool IsFor(FoldingNode node) => node.Layer is Convolution;

    public override string? Refusal(FoldingGraph graph, FoldingNode node, ChannelMap map, int depth)
    {
        if (RefusePlaces(node, map, node.Inputs[0].Shape.Channels) is { } refusal)
            return refusal;
        return SeesPadding(node) && !map.KeepsZero
            ? $"'{node.Name}' pads with zeros behind the normalization, whose shift is not zero"
            : RefuseCenter(map);
    }

    public override void Take(FoldingNode node, ChannelMap map, ICollection<FoldingNode> into)
    {
        var shape = ((Convolution)node.Layer).ShapeOn(node.Inputs[0].Shape);
        var (weight, bias) = (node.Weight, node.Bias);
        for (var i = 0; i < weight.Length; i++)
        {
            var (row, output) = Math.DivRem(i, shape.Outputs);
            var channel = output / shape.GroupOutputs * shape.GroupChannels + row % shape.GroupChannels;
            bias[output] += map.Offset(channel) * weight[i];
            weight[i] *= map.Scale[channel];
        }
        node.Hold();
        into.Add(node);
    }

    /// <summary>Whether a kernel reaches beyond the map at any place.</summary>
    private static bool SeesPadding(FoldingNode node)
    {
        var shape = ((Convolution)node.Layer).ShapeOn(node.Inputs[0].Shape);
        var lastRow = (shape.OutHeight - 1) * shape.StrideY - shape.Top + (shape.KernelHeight - 1) * shape.DilationY;
        var lastColumn = (shape.OutWidth - 1) * shape.StrideX - shape.Left + (shape.KernelWidth - 1) * shape.DilationX;
        return shape.Top > 0 || shape.Left > 0 || lastRow >= shape.Height || lastColumn >= shape.Width;
    }
}
