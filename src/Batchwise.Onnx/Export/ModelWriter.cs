using Batchwise.Onnx.Protocol;

namespace Batchwise.Onnx;

/// <summary>Turns a model into an ONNX model: the input with its preprocessing, one layer after another, the output, and the metadata.</summary>
sealed class ModelWriter
{
    private const int IrVersion = 8;
    private const string BatchName = "N";

    private readonly Model model;
    private readonly NetworkState state;
    private readonly OnnxExportOptions options;
    private readonly GraphProto graph = new() { Name = "network" };
    private readonly GraphWriter writer;

    /// <param name="model">What is exported: its meaning, classes and preprocessing.</param>
    /// <param name="state">Its network as the graph shows it, folded or not.</param>
    /// <param name="options">What the graph is to look like.</param>
    public ModelWriter(Model model, NetworkState state, OnnxExportOptions options)
    {
        (this.model, this.state, this.options) = (model, state, options);
        writer = new GraphWriter(graph);
    }

    public ModelProto Write()
    {
        WriteInput();
        var layers = new LayerWriter(writer, state, options);
        foreach (var node in state.Network.Nodes.Skip(1))
            layers.Write(node);
        WriteOutput();
        var proto = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = nameof(Batchwise),
            ProducerVersion = typeof(ModelWriter).Assembly.GetName().Version?.ToString(3) ?? "",
            Graph = graph,
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = options.Opset } },
        };
        foreach (var (key, value) in OnnxMetadata.Of(model, options.ChannelsFirst, withPreprocessing: !options.Preprocessing))
            proto.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return proto;
    }

    private void WriteInput()
    {
        var node = state.Network.InputNode;
        var isFirst = options.ChannelsFirst && node.Shape.Rank == 3;
        var value = new GraphValue(writer.Unique("input"), isFirst ? node.Shape : null);
        graph.Input.Add(Describe(value.Name, node.Shape, isFirst));
        writer[node] = options.Preprocessing ? Prepare(value, node.Shape) : value;
    }

    private GraphValue Prepare(GraphValue value, Shape shape)
    {
        var preprocessing = model.Preprocessing;
        var (means, scales) = preprocessing.ChannelMeans.IsEmpty ? ([preprocessing.Mean], [preprocessing.Scale]) : (preprocessing.ChannelMeans, preprocessing.ChannelScales);
        int[] extents = value.Map is null ? [means.Length] : [means.Length, 1, 1];
        var name = value.Name;
        if (means.Any(mean => mean != 0))
            name = writer.Add("Sub", "input_centered", [name, writer.Constant("input_mean", [.. means], extents)]);
        if (scales.Any(scale => scale != 1))
            name = writer.Add("Mul", "input_scaled", [name, writer.Constant("input_scale", [.. scales], extents)]);
        if (preprocessing.Threshold is { } threshold)
        {
            name = writer.Add("Greater", "input_above", [name, writer.Constant("input_threshold", [threshold])]);
            name = writer.Add("Cast", "input_binary", [name], GraphWriter.Int("to", (long)TensorProto.Types.DataType.Float));
        }
        return value with { Name = name };
    }

    private void WriteOutput()
    {
        var node = state.Network.Output;
        var isFirst = options.ChannelsFirst && node.Shape.Rank == 3;
        var name = isFirst ? writer.ChannelsFirst(node) : writer.OwnOrder(node);
        var title = model.Meaning == OutputMeaning.Values ? "values" : "logits";
        if (options.Probabilities && model.Meaning != OutputMeaning.Values)
        {
            title = "probabilities";
            if (model.Meaning == OutputMeaning.ClassLogits && node.Shape.Rank > 1)
                throw new NotSupportedException($"Probabilities of classes are taken over a vector, and the network's output has the shape {node.Shape}: export logits.");
            name = writer.Add(model.Meaning == OutputMeaning.ClassLogits ? "Softmax" : "Sigmoid", title, [name], model.Meaning == OutputMeaning.ClassLogits ? [GraphWriter.Int("axis", 1)] : []);
        }
        if (graph.Input.Any(input => input.Name == name))
            name = writer.Add("Identity", title, [name]);
        if (name != title)
            writer.Rename(name, title = writer.Unique(title));
        graph.Output.Add(Describe(title, node.Shape, isFirst));
    }

    private ValueInfoProto Describe(string name, Shape shape, bool channelsFirst)
    {
        var extents = new TensorShapeProto();
        extents.Dim.Add(options.Batch is { } batch ? new TensorShapeProto.Types.Dimension { DimValue = batch } : new() { DimParam = BatchName });
        foreach (var extent in channelsFirst ? [shape.Channels, shape[0], shape[1]] : shape.Dimensions)
            extents.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = extent });
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Float, Shape = extents } },
        };
    }
}
