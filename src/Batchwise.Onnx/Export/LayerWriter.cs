using Batchwise.Onnx.Protocol;
using Google.Protobuf;

namespace Batchwise.Onnx;

/// <summary>
/// Writes one layer after another into a graph. Maps are channels first between layers that ONNX defines so; layers that treat every
/// value alike take either order, so that maps are transposed where they enter and leave the graph only.
/// </summary>
sealed partial class LayerWriter(GraphWriter graph, NetworkState state, OnnxExportOptions options)
{
    /// <summary>Writes a layer whose inputs have been written.</summary>
    /// <exception cref="NotSupportedException">ONNX has no counterpart of the layer.</exception>
    public void Write(Node node) => graph[node] = node.Layer switch
    {
        // In inference they pass their input on.
        Dropout or ActivationNoise => graph[node.Inputs[0]],
        Flatten => FlattenMap(node),
        Sum => Add(node),
        Concatenation => Concatenate(node),
        Sigmoid => Pointwise(node, "Sigmoid"),
        Tanh => Pointwise(node, "Tanh"),
        Relu => Pointwise(node, "Relu"),
        LeakyRelu leaky => Pointwise(node, "LeakyRelu", GraphWriter.Float("alpha", leaky.Slope)),
        Elu elu => Pointwise(node, "Elu", GraphWriter.Float("alpha", elu.Alpha)),
        Gelu gelu => WriteGelu(node, gelu),
        Silu => WithInputs(node, "Mul", graph.Add("Sigmoid", $"{Name(node)}_gate", [graph[node.Inputs[0]].Name])),
        HardSigmoid hard => Pointwise(node, "HardSigmoid", GraphWriter.Float("alpha", hard.Alpha), GraphWriter.Float("beta", hard.Beta)),
        HardSwish => Pointwise(node, "HardSwish"),
        Clip clip => WithInputs(node, "Clip", Bound(node, "minimum", clip.Minimum), Bound(node, "maximum", clip.Maximum)),
        Prelu => Rectify(node),
        ChannelAffine => Affine(node),
        Dense => Multiply(node),
        Convolution layer => Convolve(node, layer),
        MaxPool pool => Pool(node, pool, "MaxPool"),
        AveragePool pool => Pool(node, pool, "AveragePool"),
        GlobalAveragePool => new(graph.Add("Flatten", Name(node), [graph.Add("GlobalAveragePool", $"{Name(node)}_map", [graph.ChannelsFirst(node.Inputs[0])])])),
        GlobalMaxPool => new(graph.Add("Flatten", Name(node), [graph.Add("GlobalMaxPool", $"{Name(node)}_map", [graph.ChannelsFirst(node.Inputs[0])])])),
        LocalResponseNormalization layer => NormalizeResponses(node, layer),
        BatchNormalization layer => NormalizeBatch(node, layer),
        LayerNormalization layer => NormalizeLayer(node, layer),
        GroupNormalization layer => NormalizeGroups(node, layer),
        InstanceNormalization layer => NormalizeInstances(node, layer),
        _ => throw new NotSupportedException($"Layer '{Name(node)}' of kind '{node.Layer.Kind}' has no counterpart in ONNX: export the network without it, or up to it (Model.Until)."),
    };

    private string Name(Node node) => state.Network.NameOf(node);

    private float[] Parameter(Node node, string name) => [.. state.Parameter($"{Name(node)}.{name}")];

    /// <summary>The shape that makes one value per channel apply to a value of a node's output.</summary>
    private static int[] PerChannel(GraphValue value, int channels) => value.Map is null ? [channels] : [channels, 1, 1];

    private GraphValue Pointwise(Node node, string op, params AttributeProto[] attributes)
    {
        var input = graph[node.Inputs[0]];
        return input with { Name = graph.Add(op, Name(node), [input.Name], attributes) };
    }

    /// <summary>A function with further inputs behind its argument; an empty name leaves one out.</summary>
    private GraphValue WithInputs(Node node, string op, params string[] more)
    {
        var input = graph[node.Inputs[0]];
        return input with { Name = graph.Add(op, Name(node), [input.Name, .. more]) };
    }

    private string Bound(Node node, string name, double value) => double.IsInfinity(value) ? "" : graph.Constant($"{Name(node)}.{name}", [(float)value], []);

    /// <summary>One operator from operator set 20 on; before, x times the distribution function, written out.</summary>
    private GraphValue WriteGelu(Node node, Gelu layer)
    {
        const int firstWithGelu = 20;
        if (options.Opset >= firstWithGelu)
        {
            return Pointwise(node, "Gelu", new AttributeProto
            {
                Name = "approximate",
                Type = AttributeProto.Types.AttributeType.String,
                S = ByteString.CopyFromUtf8(layer.Approximate ? "tanh" : "none"),
            });
        }
        var (name, x) = (Name(node), graph[node.Inputs[0]].Name);
        string Scaled(string what, string value, double factor) => graph.Add("Mul", $"{name}_{what}", [value, graph.Constant($"{name}.{what}", [(float)factor], [])]);
        string function;
        if (layer.Approximate)
        {
            var cube = graph.Add("Mul", $"{name}_cube", [graph.Add("Mul", $"{name}_square", [x, x]), x]);
            var sum = graph.Add("Add", $"{name}_sum", [x, Scaled("bent", cube, 0.044715)]);
            function = graph.Add("Tanh", $"{name}_tanh", [Scaled("argument", sum, Math.Sqrt(2 / Math.PI))]);
        }
        else
        {
            function = graph.Add("Erf", $"{name}_erf", [Scaled("argument", x, Math.Sqrt(0.5))]);
        }
        var share = Scaled("share", graph.Add("Add", $"{name}_shifted", [function, graph.Constant($"{name}.one", [1], [])]), 0.5);
        return WithInputs(node, "Mul", share);
    }

    /// <summary>A vector of a map that is channels first keeps that order; whoever needs the network's own order asks for it.</summary>
    private GraphValue FlattenMap(Node node)
    {
        var input = graph[node.Inputs[0]];
        var flat = graph.Add("Flatten", Name(node), [input.Name]);
        return input.Map is { } map && map.Channels > 1 && map.Positions > 1 ? new(flat, map) : new(flat);
    }

    private GraphValue Add(Node node)
    {
        var (inputs, map) = InOneOrder(node);
        return new(graph.Add(inputs.Length == 2 ? "Add" : "Sum", Name(node), inputs), map);
    }

    private GraphValue Concatenate(Node node)
    {
        if (node.Shape.Rank == 3)
            return new(graph.Add("Concat", Name(node), node.Inputs.Select(graph.ChannelsFirst), GraphWriter.Int("axis", 1)), node.Shape);
        return new(graph.Add("Concat", Name(node), node.Inputs.Select(graph.OwnOrder), GraphWriter.Int("axis", node.Shape.Rank)));
    }

    /// <summary>All inputs channels first if they are maps and one of them is, else all in the network's own order.</summary>
    private (string[] Names, Shape? Map) InOneOrder(Node node) => node.Shape.Rank == 3 && node.Inputs.Any(input => graph[input].Map is not null)
        ? ([.. node.Inputs.Select(graph.ChannelsFirst)], node.Shape)
        : ([.. node.Inputs.Select(graph.OwnOrder)], null);

    /// <summary>A value of which every channel has its own constants: flattened maps in the network's order, others as they are.</summary>
    private GraphValue ByChannel(Node node) => node.Shape.Rank == 1 ? new(graph.OwnOrder(node)) : graph[node];

    private GraphValue Rectify(Node node)
    {
        var input = ByChannel(node.Inputs[0]);
        var slope = Parameter(node, "slope");
        return input with { Name = graph.Add("PRelu", Name(node), [input.Name, graph.Constant($"{Name(node)}.slope", slope, PerChannel(input, slope.Length))]) };
    }

    private GraphValue Affine(Node node)
    {
        var input = ByChannel(node.Inputs[0]);
        string Constant(string parameter)
        {
            var values = Parameter(node, parameter);
            return values.Length == node.Shape.Channels ? graph.Constant($"{Name(node)}.{parameter}", values, PerChannel(input, values.Length))
                : input.Map is { } map ? graph.Constant($"{Name(node)}.{parameter}", WeightLayout.ChannelsFirst(values, map), map.Channels, map[0], map[1])
                : graph.Constant($"{Name(node)}.{parameter}", values, [.. node.Shape.Dimensions]);
        }
        var centered = graph.Add("Sub", $"{Name(node)}_centered", [input.Name, Constant("center")]);
        var scaled = graph.Add("Mul", $"{Name(node)}_scaled", [centered, Constant("scale")]);
        return input with { Name = graph.Add("Add", Name(node), [scaled, Constant("shift")]) };
    }
}
