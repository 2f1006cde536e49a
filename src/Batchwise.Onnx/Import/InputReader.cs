using System.Collections.Immutable;
using Batchwise.Onnx.Protocol;
using static System.FormattableString;

namespace Batchwise.Onnx;

/// <summary>
/// Turns the graph's input into the network's. Whether a map comes channels first or last, ONNX does not say: the file's metadata
/// do where Batchwise wrote them, else the first operator that looks at the axes.
/// </summary>
sealed class InputReader(GraphProto graph, OnnxImportOptions options, bool? channelsFirst)
{
    private const int MostColours = 4;

    /// <summary>Operators that treat all values alike, or only change how they are seen.</summary>
    private static readonly ImmutableHashSet<string> LayoutFree =
    [
        "Add", "Sub", "Mul", "Div", "Relu", "LeakyRelu", "Sigmoid", "Tanh", "Clip", "Elu", "Gelu", "HardSigmoid", "HardSwish", "Identity", "Dropout", "Cast",
        "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Concat", "Shape", "Gather", "Slice", "Softmax", "LogSoftmax", "PRelu", "LayerNormalization",
    ];

    public ActivationValue Read(ValueInfoProto input)
    {
        var dims = Dims(input);
        if (options.InputShape is { } shape && shape.Rank != dims.Length)
            throw new InvalidDataException(Invariant($"a sample of the input {Quotation.Of(input.Name)} has {dims.Length} axes, and the shape {shape} that was given has {shape.Rank}: give an extent for each."));
        if (options.InputShape is { } wanted)
            dims = ChannelsAreFirst(input, [.. wanted.Dimensions], colours: false) && wanted.Rank == 3 ? [wanted[2], wanted[0], wanted[1]] : [.. wanted.Dimensions];
        for (var axis = 0; axis < dims.Length; axis++)
        {
            if (dims[axis] < 1)
                throw new InvalidDataException(Invariant($"the size of axis {axis + 1} of the input {Quotation.Of(input.Name)} is not given: say the shape of one sample with OnnxImportOptions.InputShape (--input-shape)."));
        }
        try
        {
            return dims.Length is 2 or 3 && ChannelsAreFirst(input, dims, colours: dims[^1] > MostColours || dims[0] <= MostColours) && !(dims.Length == 2 && channelsFirst is not null)
                ? First(dims)
                : new(new Node(new Input(dims.Length == 2 ? new Shape(1, dims[0], dims[1]) : new Shape(dims.Length == 0 ? [1] : dims)), []), ValueView.Plain(dims));
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"the input {Quotation.Of(input.Name)} cannot be a network's: {error.Message}");
        }
    }

    private static ActivationValue First(int[] dims)
    {
        var map = dims.Length == 2 ? new Shape(1, dims[1], dims[0]) : new Shape(dims[1], dims[2], dims[0]);
        return new(new Node(new Input(map), []), ValueView.ChannelsFirst(map, dims.Length == 2));
    }

    private static int[] Dims(ValueInfoProto input)
    {
        if (input.Type?.TensorType is not { Shape: { } shape } type)
            throw new InvalidDataException($"the input {Quotation.Of(input.Name)} is no tensor of a stated shape.");
        if (type.ElemType != (int)TensorProto.Types.DataType.Float)
            throw new InvalidDataException($"the input {Quotation.Of(input.Name)} holds {(TensorProto.Types.DataType)type.ElemType} values: a network takes floats.");
        if (shape.Dim.Count < 1)
            throw new InvalidDataException($"the input {Quotation.Of(input.Name)} has no batch axis.");
        return [.. shape.Dim.Skip(1).Select(dim => dim.DimValue is > 0 and <= int.MaxValue ? (int)dim.DimValue : 0)];
    }

    /// <summary>Follows the input to the first operator that tells which axis holds the channels.</summary>
    /// <param name="input">The input.</param>
    /// <param name="dims">Its extents.</param>
    /// <param name="colours">The answer where a flattened map tells nothing: whether the extents look like colours first.</param>
    private bool ChannelsAreFirst(ValueInfoProto input, int[] dims, bool colours)
    {
        if (channelsFirst is { } stated)
            return stated;
        var reached = new HashSet<string> { input.Name };
        foreach (var node in graph.Node)
        {
            if (!node.Input.Any(reached.Contains))
                continue;
            if (LayoutFree.Contains(node.OpType))
            {
                reached.UnionWith(node.Output);
                continue;
            }
            return node.OpType switch
            {
                "Transpose" => !IsToChannelsFirst(node, dims.Length + 1),
                "MatMul" => false,
                "Gemm" => colours,
                _ => true,
            };
        }
        return false;
    }

    private static bool IsToChannelsFirst(NodeProto node, int rank)
    {
        var axes = node.Attribute.FirstOrDefault(attribute => attribute.Name == "perm")?.Ints;
        return axes is not null && axes.SequenceEqual([0, rank - 1, .. Enumerable.Range(1, rank - 2).Select(axis => (long)axis)]);
    }
}
