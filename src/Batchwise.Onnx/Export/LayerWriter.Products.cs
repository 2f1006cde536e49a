using Batchwise.Onnx.Protocol;

namespace Batchwise.Onnx;

/// <summary>Layers of products and windows.</summary>
sealed partial class LayerWriter
{
    /// <summary>y = x W + b. Where x is a flattened map channels first, the rows of W are put into that order.</summary>
    private GraphValue Multiply(Node node)
    {
        var (input, shape) = (graph[node.Inputs[0]], node.Parameters[0].Shape);
        var weight = Parameter(node, "weight");
        if (input.Map is { } map)
            weight = WeightLayout.RowsChannelsFirst(weight, map, shape[1]);
        List<string> inputs = [input.Name, graph.Constant($"{Name(node)}.weight", weight, shape[0], shape[1])];
        AddBias(node, inputs);
        return new(graph.Add("Gemm", Name(node), inputs));
    }

    private GraphValue Convolve(Node node, Convolution layer)
    {
        var (input, shape, window) = (node.Inputs[0].Shape, node.Parameters[0].Shape, layer.Window);
        List<string> inputs =
        [
            graph.ChannelsFirst(node.Inputs[0]),
            graph.Constant($"{Name(node)}.weight", WeightLayout.OutputsFirst(Parameter(node, "weight"), shape), shape[3], shape[2], shape[0], shape[1]),
        ];
        AddBias(node, inputs);
        var place = window.Place(input, layer.Kind);
        return new(graph.Add("Conv", Name(node), inputs,
            [.. WindowAttributes(window, place, place.Bottom, place.Right), GraphWriter.Ints("dilations", window.DilationY, window.DilationX), GraphWriter.Int("group", layer.Groups)]), node.Shape);
    }

    /// <summary>
    /// A pool. Where the last window reaches beyond the map and its padding, that is written as more padding: runtimes differ in what
    /// <c>ceil_mode</c> means.
    /// </summary>
    private GraphValue Pool(Node node, Pool pool, string op)
    {
        var (input, window) = (node.Inputs[0].Shape, pool.Window);
        var place = pool.PlaceOn(input);
        var bottom = Math.Max(place.Bottom, (place.Height - 1) * window.StrideY + window.Height - input[0] - place.Top);
        var right = Math.Max(place.Right, (place.Width - 1) * window.StrideX + window.Width - input[1] - place.Left);
        var attributes = WindowAttributes(window, place, bottom, right);
        if (pool is not AveragePool { CountPadding: true } average)
            return new(graph.Add(op, Name(node), [graph.ChannelsFirst(node.Inputs[0])], attributes), node.Shape);
        if ((bottom, right) == (place.Bottom, place.Right))
            return new(graph.Add(op, Name(node), [graph.ChannelsFirst(node.Inputs[0])], [.. attributes, GraphWriter.Int("count_include_pad", 1)]), node.Shape);
        // What lies beyond the padding does not count, which ONNX cannot say: the average of what is inside, weighted anew.
        var inside = graph.Add(op, $"{Name(node)}_inside", [graph.ChannelsFirst(node.Inputs[0])], attributes);
        return new(graph.Add("Mul", Name(node), [inside, graph.Constant($"{Name(node)}_weights", Weights(average, input, place), 1, place.Height, place.Width)]), node.Shape);
    }

    /// <summary>How many values a window sees inside the map, by how many it counts.</summary>
    private static float[] Weights(AveragePool pool, Shape input, Placement place)
    {
        var factors = pool.FactorsOn(input);
        var weights = new float[place.Height * place.Width];
        for (var i = 0; i < weights.Length; i++)
        {
            var (row, column) = (i / place.Width, i % place.Width);
            var seen = pool.Seen(input, place, row, column);
            weights[i] = seen.Rows * factors[row] * (seen.Columns * factors[place.Height + column]);
        }
        return weights;
    }

    private void AddBias(Node node, List<string> inputs)
    {
        if (((LinearLayer)node.Layer).Bias)
            inputs.Add(graph.Constant($"{Name(node)}.bias", Parameter(node, "bias"), node.Shape.Channels));
    }

    private static IEnumerable<AttributeProto> WindowAttributes(Window window, Placement place, int bottom, int right) =>
    [
        GraphWriter.Ints("kernel_shape", window.Height, window.Width),
        GraphWriter.Ints("strides", window.StrideY, window.StrideX),
        GraphWriter.Ints("pads", place.Top, place.Left, bottom, right),
    ];
}
