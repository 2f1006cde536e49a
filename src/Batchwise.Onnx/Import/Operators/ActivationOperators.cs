namespace Batchwise.Onnx;

/// <summary>Functions of single values, and the softmax that ends a classifier.</summary>
static class ActivationOperators
{
    public static OnnxValue[] Pointwise(OnnxNode node, GraphReader graph, Layer layer)
    {
        var x = node.Activation();
        return [x.With(graph.Add(node, layer, x.Node))];
    }

    /// <summary>The logistic function; at the end of the graph it becomes what the outputs mean.</summary>
    public static OnnxValue[] Sigmoid(OnnxNode node, GraphReader graph)
    {
        if (!graph.IsOutput(node.Outputs[0]) || graph.OutputsAreValues)
            return Pointwise(node, graph, new Sigmoid());
        graph.Meaning = OutputMeaning.BinaryLogits;
        return [node.Activation()];
    }

    public static OnnxValue[] LeakyRelu(OnnxNode node, GraphReader graph)
    {
        var slope = node.Float("alpha", 0.01f);
        return Pointwise(node, graph, slope == 0 ? new Relu() : slope > 0 ? new LeakyRelu(slope) : throw node.Refused($"has the slope {slope}: a leaky rectifier's is positive"));
    }

    /// <summary>One slope per channel, or one for all.</summary>
    public static OnnxValue[] PRelu(OnnxNode node, GraphReader graph)
    {
        var x = node.Activation().AsVector();
        var slopes = PerValue.PerChannel(x, node.Floats(1)) ?? throw node.Refused("has slopes that differ within a channel: one slope per channel is read");
        var layer = graph.Add(node, new Prelu(), x.Node);
        graph.SetParameter(layer, "slope", slopes);
        return [x.With(layer)];
    }

    public static OnnxValue[] Clip(OnnxNode node, GraphReader graph)
    {
        float Bound(string name, int input, float otherwise)
        {
            if (node.Opset < 11)
                return node.Float(name, otherwise);
            return !node.Has(input) ? otherwise
                : node.Floats(input) is { Length: 1, Floats: { } floats } ? floats[0]
                : throw node.Refused($"has a bound '{name}' of several values");
        }
        var (minimum, maximum) = (Bound("min", 1, float.NegativeInfinity), Bound("max", 2, float.PositiveInfinity));
        return Pointwise(node, graph, (minimum, maximum) == (0, float.PositiveInfinity) ? new Relu()
            : minimum <= maximum ? new Clip(minimum, maximum)
            : throw node.Refused($"clips to {minimum} at least and {maximum} at most, which leaves no value"));
    }

    public static OnnxValue[] Elu(OnnxNode node, GraphReader graph) => Pointwise(node, graph, new Elu(node.Float("alpha", 1)));

    public static OnnxValue[] Gelu(OnnxNode node, GraphReader graph) => node.Text("approximate", "none") switch
    {
        "none" => Pointwise(node, graph, new Gelu()),
        "tanh" => Pointwise(node, graph, new Gelu { Approximate = true }),
        var other => throw node.Refused($"has the attribute 'approximate' = {Quotation.Of(other)}, which is neither none nor tanh"),
    };

    public static OnnxValue[] HardSigmoid(OnnxNode node, GraphReader graph) =>
        Pointwise(node, graph, new HardSigmoid(node.Float("alpha", 0.2f), node.Float("beta", 0.5f)));

    /// <summary>
    /// A softmax, or its logarithm, over the values of a sample. It is read at the end of the graph alone, where it becomes what the
    /// outputs mean: a network ends in logits, and predictions are probabilities.
    /// </summary>
    public static OnnxValue[] Softmax(OnnxNode node, GraphReader graph)
    {
        const int firstOverOneAxis = 13;
        var x = node.Activation();
        var rank = x.Dims.Length + 1;
        var axis = node.SampleAxis(node.Int("axis", node.Opset < firstOverOneAxis ? 1 : -1), rank);
        // Before operator set 13 all axes from this one on are taken together.
        var taken = node.Opset < firstOverOneAxis ? x.Dims[axis..].Aggregate(1, (product, extent) => product * extent) : x.Dims[axis];
        if (!graph.IsOutput(node.Outputs[0]) || taken != x.View.Size)
            throw node.Refused("is read only as the last node of the graph, over all values of a sample");
        graph.Meaning = OutputMeaning.ClassLogits;
        return [x];
    }
}
