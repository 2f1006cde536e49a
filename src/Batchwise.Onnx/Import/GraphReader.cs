using System.Collections.Immutable;
using Batchwise.Onnx.Protocol;
using static System.FormattableString;

namespace Batchwise.Onnx;

/// <summary>Reads an ONNX graph node by node into layers, and keeps their values until the network is whole.</summary>
sealed class GraphReader
{
    private readonly GraphProto graph;
    private readonly TensorReader tensors;
    private readonly Dictionary<string, OnnxValue> values = [];
    private readonly Dictionary<string, int> uses = [];
    private readonly HashSet<string> layerNames = [];
    private readonly Dictionary<Node, List<(string Name, float[] Values)>> parameters = [];
    private readonly Dictionary<Node, List<(string Name, float[] Values)>> statistics = [];

    public GraphReader(GraphProto graph, TensorReader tensors)
    {
        (this.graph, this.tensors) = (graph, tensors);
        foreach (var name in graph.Node.SelectMany(node => node.Input).Concat(graph.Output.Select(output => output.Name)))
            uses[name] = uses.GetValueOrDefault(name) + 1;
    }

    /// <summary>What the outputs mean, where the graph ends in a softmax or sigmoid that is left to the model.</summary>
    public OutputMeaning? Meaning { get; set; }

    /// <summary>Whether the file says that its outputs are values as they are.</summary>
    public bool OutputsAreValues { get; init; }

    /// <summary>Whether the input's maps come channels first; null where the file does not say.</summary>
    public bool? ChannelsFirst { get; init; }

    /// <summary>The number of samples that the file states for its input; 0 where it leaves that open.</summary>
    public long StatedBatch { get; private set; }

    /// <summary>How ONNX sees the network's input.</summary>
    public ValueView? InputView { get; private set; }

    /// <summary>How ONNX sees the network's output.</summary>
    public ValueView? OutputView { get; private set; }

    /// <summary>Reads the graph.</summary>
    /// <param name="opset">The version of ONNX's operators.</param>
    /// <param name="options">What the file does not say.</param>
    public NetworkState Read(long opset, OnnxImportOptions options)
    {
        foreach (var tensor in graph.Initializer)
            Define(tensor.Name, new ConstantValue(tensors.Read(tensor)));
        var inputs = graph.Input.Where(input => !values.ContainsKey(input.Name)).ToArray();
        if (inputs.Length != 1)
            throw new InvalidDataException(Invariant($"the graph has {inputs.Length} inputs ({string.Join(", ", inputs.Take(5).Select(input => Quotation.Of(input.Name)))}), and a network has one."));
        if (graph.Output.Count != 1)
            throw new InvalidDataException(Invariant($"the graph has {graph.Output.Count} outputs ({string.Join(", ", graph.Output.Take(5).Select(output => Quotation.Of(output.Name)))}), and a network has one."));
        StatedBatch = inputs[0].Type?.TensorType?.Shape?.Dim.FirstOrDefault()?.DimValue ?? 0;
        var input = new InputReader(graph, options, ChannelsFirst).Read(inputs[0]);
        InputView = input.View;
        Define(inputs[0].Name, input);
        foreach (var proto in graph.Node)
            Read(proto, opset);
        var output = Value(graph.Output[0].Name) as ActivationValue
            ?? throw new InvalidDataException("the graph's output does not depend on its input.");
        OutputView = output.View;
        try
        {
            return Fill(new Network(InOwnOrder(output)));
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"the graph is no network: {error.Message}", error);
        }
    }

    /// <summary>Whether one node alone reads a value.</summary>
    public bool IsReadOnce(string name) => uses.GetValueOrDefault(name) == 1;

    /// <summary>Whether a value is the graph's output, and nothing else reads it.</summary>
    public bool IsOutput(string name) => IsReadOnce(name) && graph.Output[0].Name == name;

    /// <summary>Adds a layer.</summary>
    /// <param name="node">The node that it comes from, whose name it takes if that is free and a name of a layer.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">What it reads.</param>
    /// <exception cref="ArgumentException">The layer cannot take these inputs.</exception>
    public Node Add(OnnxNode node, Layer layer, params ReadOnlySpan<Node> inputs) =>
        new(layer, [.. inputs], Node.IsName(node.Name) && layerNames.Add(node.Name) ? node.Name : null);

    /// <summary>Sets a parameter of a layer.</summary>
    public void SetParameter(Node node, string name, float[] values) => ListOf(parameters, node).Add((name, values));

    /// <summary>Sets a statistic of a layer.</summary>
    public void SetStatistic(Node node, string name, float[] values) => ListOf(statistics, node).Add((name, values));

    /// <summary>Another layer in place of one, with its values.</summary>
    public Node Replace(Node node, Layer layer)
    {
        var replacement = new Node(layer, node.Inputs, node.ExplicitName);
        if (parameters.TryGetValue(node, out var entries))
            parameters[replacement] = [.. entries];
        return replacement;
    }

    /// <summary>Reads a tensor that an attribute holds.</summary>
    public OnnxTensor Tensor(TensorProto tensor) => tensors.Read(tensor);

    private void Read(NodeProto proto, long opset)
    {
        var node = new OnnxNode(proto, opset, Value);
        if (proto.Domain.Length > 0 && proto.Domain != "ai.onnx")
            throw node.Refused($"is of the domain {Quotation.Of(proto.Domain)}: only ONNX's own operators are read");
        if (!Operators.All.TryGetValue(proto.OpType, out var read))
            throw node.Refused("is of an operator that is not read");
        var results = Results(read, node);
        node.RequireAllRead();
        for (var i = 0; i < proto.Output.Count; i++)
        {
            if (proto.Output[i].Length == 0)
                continue;
            if (i < results.Length)
                Define(proto.Output[i], results[i]);
            else if (uses.ContainsKey(proto.Output[i]))
                throw node.Refused(Invariant($"has an output {i}, {Quotation.Of(proto.Output[i])}, that is used and not read"));
        }
    }

    /// <summary>What a node computes; settings that a layer refuses are the node's fault.</summary>
    private OnnxValue[] Results(OperatorReader read, OnnxNode node)
    {
        try
        {
            return read(node, this);
        }
        catch (ArgumentException error)
        {
            throw node.Refused($"cannot be a layer: {error.Message.TrimEnd('.')}");
        }
    }

    private OnnxValue Value(string name) => values.TryGetValue(name, out var value)
        ? value
        : throw new InvalidDataException($"{Quotation.Of(name)} is read before anything computes it: the graph has a cycle, or its nodes are not in order.");

    private void Define(string name, OnnxValue value)
    {
        if (name.Length == 0 || !values.TryAdd(name, value))
            throw new InvalidDataException($"the name {Quotation.Of(name)} is {(name.Length == 0 ? "empty" : "given to two values")}.");
    }

    /// <summary>The node of the graph's output; a flattened map must be in the network's own order.</summary>
    private static Node InOwnOrder(ActivationValue output)
    {
        if (output.Padding != default)
            throw new InvalidDataException("the graph ends in a Pad node, which no layer stands for.");
        var shape = output.Node.Shape;
        if (shape.Rank == 3 && output.Dims.Length == 3 && output.View.SameAs(ValueView.ChannelsFirst(shape)))
            return output.Node;
        if (shape.Rank == 3 && output.Dims.Length == 2 && shape[0] == 1 && output.View.SameAs(ValueView.ChannelsFirst(shape, oneAxis: true)))
            return output.Node;
        if (!output.View.IsPlain)
            throw new InvalidDataException("the graph's output lists the values of a map in ONNX's order, channels first, which the network does not have: end the graph before it is flattened.");
        return output.Dims.Length <= 1 && shape.Rank > 1 ? new Node(new Flatten(), [output.Node]) : output.Node;
    }

    private NetworkState Fill(Network network)
    {
        var state = NetworkState.Create(network, 0);
        foreach (var node in network.Nodes)
        {
            foreach (var (name, given) in parameters.GetValueOrDefault(node) ?? [])
                Copy(network, node, name, given, state.Parameter($"{network.NameOf(node)}.{name}"));
            foreach (var (name, given) in statistics.GetValueOrDefault(node) ?? [])
            {
                var target = state.Statistic($"{network.NameOf(node)}.{name}");
                for (var i = 0; i < target.Length; i++)
                    target[i] = given[i];
            }
        }
        return state;
    }

    private static void Copy(Network network, Node node, string name, float[] given, Span<float> target)
    {
        if (given.Length != target.Length)
            throw new InvalidDataException(Invariant($"'{network.NameOf(node)}.{name}' has {target.Length} values, and the graph gives {given.Length}."));
        if (!Kernels.Finite.All(given))
            throw new InvalidDataException($"'{network.NameOf(node)}.{name}' holds a value that is not finite.");
        given.CopyTo(target);
    }

    private static List<(string Name, float[] Values)> ListOf(Dictionary<Node, List<(string Name, float[] Values)>> all, Node node)
    {
        if (!all.TryGetValue(node, out var list))
            all[node] = list = [];
        return list;
    }
}
