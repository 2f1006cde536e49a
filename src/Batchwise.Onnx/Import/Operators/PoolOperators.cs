using static System.FormattableString;

namespace Batchwise.Onnx;

/// <summary>Pools under a window, and over the whole map.</summary>
static class PoolOperators
{
    public static OnnxValue[] MaxPool(OnnxNode node, GraphReader graph)
    {
        node.RequireInt("storage_order", 0);
        return Pool(node, graph, window => new MaxPool(window) { CeilMode = CeilMode(node) });
    }

    public static OnnxValue[] AveragePool(OnnxNode node, GraphReader graph)
    {
        var countsPadding = node.Int("count_include_pad", 0) != 0;
        return Pool(node, graph, window => new AveragePool(window) { CeilMode = CeilMode(node), CountPadding = countsPadding });
    }

    /// <summary>A pool of the whole map; ONNX keeps the axes with an extent of 1.</summary>
    public static OnnxValue[] Global(OnnxNode node, GraphReader graph, Layer layer)
    {
        var x = node.Activation();
        WindowReader.IsLine(node, x);
        var pooled = graph.Add(node, layer, x.Node);
        return [new ActivationValue(pooled, ValueView.Plain([pooled.Shape.Channels, .. Enumerable.Repeat(1, x.Dims.Length - 1)]))];
    }

    /// <summary>A mean or largest value over all axes of a map but the channels.</summary>
    public static OnnxValue[] Reduce(OnnxNode node, GraphReader graph, Layer layer)
    {
        const int firstWithInput = 18;
        var x = node.Activation();
        var rank = x.Dims.Length + 1;
        var keeps = node.Int("keepdims", 1) != 0;
        node.RequireInt("noop_with_empty_axes", 0);
        var given = node.Opset >= firstWithInput ? (node.Has(1) ? node.Integers(1) : null) : node.Ints("axes");
        var axes = node.SampleAxes(given is null or [] ? [.. Enumerable.Range(0, rank).Select(axis => (long)axis)] : given, rank);
        var shape = x.Node.Shape;
        var isFirst = shape.Rank == 3 && x.Dims.Length == 3 && x.View.SameAs(ValueView.ChannelsFirst(shape));
        var isLast = shape.Rank == 3 && x.Dims.Length == 3 && x.View.IsPlain;
        var channel = isFirst ? 0 : 2;
        if ((!isFirst && !isLast) || !axes.Order().SequenceEqual(Enumerable.Range(0, 3).Where(axis => axis != channel)))
            throw node.Refused($"reduces the axes [{string.Join(", ", axes.Select(axis => axis + 1))}] of samples of shape [{string.Join(", ", x.Dims)}]: only the height and width of a map together are read");
        var pooled = graph.Add(node, layer, x.Node);
        var channels = shape.Channels;
        return [new ActivationValue(pooled, ValueView.Plain(!keeps ? [channels] : isFirst ? [channels, 1, 1] : [1, 1, channels]))];
    }

    private static bool CeilMode(OnnxNode node) => node.Int("ceil_mode", 0) != 0;

    private static OnnxValue[] Pool(OnnxNode node, GraphReader graph, Func<Window, Layer> layer)
    {
        var x = node.Activation();
        var isLine = WindowReader.IsLine(node, x);
        var sizes = node.Ints("kernel_shape") ?? throw node.Refused("lacks its kernel_shape");
        if (sizes.Length != (isLine ? 1 : 2) || sizes.Any(size => size is < 1 or > int.MaxValue))
            throw node.Refused(Invariant($"has the kernel_shape [{string.Join(", ", sizes)}] for a map of {x.Dims.Length - 1} axes"));
        var pooled = graph.Add(node, layer(WindowReader.Read(node, x, [.. sizes.Select(size => (int)size)])), x.Node);
        return [new ActivationValue(pooled, ValueView.ChannelsFirst(pooled.Shape, isLine))];
    }
}
