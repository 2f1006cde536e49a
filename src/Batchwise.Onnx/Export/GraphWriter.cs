using System.Runtime.InteropServices;
using Batchwise.Onnx.Protocol;
using Google.Protobuf;

namespace Batchwise.Onnx;

/// <summary>
/// A value of the graph under construction. Where <see cref="Map"/> is a shape, the value holds a map of that shape channels first,
/// [N, C, H, W], or flattened from that order; where it is null, the value is in the network's own order, channels last.
/// </summary>
readonly record struct GraphValue(string Name, Shape? Map = null);

/// <summary>Adds nodes and constants to an ONNX graph, and keeps which value holds which node's output, in which order.</summary>
sealed class GraphWriter(GraphProto graph)
{
    private readonly Dictionary<Node, GraphValue> values = [];
    private readonly HashSet<string> names = [];

    /// <summary>A value of a node's output, in whatever order it is.</summary>
    public GraphValue this[Node node]
    {
        get => values[node];
        set => values[node] = value;
    }

    /// <summary>The value of a map, channels first; written where there is none yet.</summary>
    public string ChannelsFirst(Node node)
    {
        var value = values[node];
        if (value.Map is not null)
            return value.Name;
        var name = Add("Transpose", $"{value.Name}_channels_first", [value.Name], Ints("perm", 0, 3, 1, 2));
        values[node] = new(name, node.Shape);
        return name;
    }

    /// <summary>The value of a node's output in the network's own order; written where there is none yet.</summary>
    public string OwnOrder(Node node)
    {
        var value = values[node];
        if (value.Map is not { } map)
            return value.Name;
        var name = value.Name;
        if (node.Shape.Rank == 1)
            name = Add("Reshape", $"{value.Name}_map", [name, Indices($"{value.Name}_map_shape", 0, map.Channels, map[0], map[1])]);
        name = Add("Transpose", $"{value.Name}_channels_last", [name], Ints("perm", 0, 2, 3, 1));
        if (node.Shape.Rank == 1)
            name = Add("Flatten", $"{value.Name}_flat", [name]);
        values[node] = new(name);
        return name;
    }

    /// <summary>Adds a node of one output, which bears the node's name, or that and a number where the name is taken.</summary>
    /// <returns>The output's name.</returns>
    public string Add(string op, string name, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes)
    {
        var output = Unique(name);
        graph.Node.Add(new NodeProto { OpType = op, Name = output, Input = { inputs }, Output = { output }, Attribute = { attributes } });
        return output;
    }

    /// <summary>Adds a constant of floats.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">The values; kept, not copied.</param>
    /// <param name="dimensions">Its extents.</param>
    public string Constant(string name, float[] values, params ReadOnlySpan<int> dimensions)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("ONNX files are written on little-endian processors only.");
        var tensor = new TensorProto { Name = Unique(name), DataType = (int)TensorProto.Types.DataType.Float };
        foreach (var extent in dimensions)
            tensor.Dims.Add(extent);
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan()));
        graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>Adds a constant vector of integers, such as a shape.</summary>
    public string Indices(string name, params ReadOnlySpan<long> values)
    {
        var tensor = new TensorProto
        {
            Name = Unique(name),
            DataType = (int)TensorProto.Types.DataType.Int64,
            Dims = { values.Length },
            RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)),
        };
        graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>Renames a value wherever it occurs.</summary>
    public void Rename(string from, string to)
    {
        foreach (var node in graph.Node)
        {
            Replace(node.Input);
            Replace(node.Output);
        }

        void Replace(IList<string> list)
        {
            for (var i = 0; i < list.Count; i++)
                list[i] = list[i] == from ? to : list[i];
        }
    }

    /// <summary>A name that is not taken yet, the given one if possible; it is taken then.</summary>
    public string Unique(string name)
    {
        var candidate = name;
        for (var number = 2; !names.Add(candidate); number++)
            candidate = FormattableString.Invariant($"{name}_{number}");
        return candidate;
    }

    public static AttributeProto Int(string name, long value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static AttributeProto Float(string name, double value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = (float)value };

    public static AttributeProto Ints(string name, params ReadOnlySpan<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        foreach (var value in values)
            attribute.Ints.Add(value);
        return attribute;
    }
}
