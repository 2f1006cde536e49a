using System.Collections.Immutable;
using Batchwise.Onnx.Protocol;
using static System.FormattableString;
using AttributeType = Batchwise.Onnx.Protocol.AttributeProto.Types.AttributeType;

namespace Batchwise.Onnx;

/// <summary>
/// One node of an ONNX graph while it is read: its inputs as values, its attributes by name, and the refusals that name it. An
/// attribute that nobody asked for is refused in the end.
/// </summary>
sealed class OnnxNode
{
    private readonly NodeProto proto;
    private readonly Func<string, OnnxValue> values;
    private readonly Dictionary<string, AttributeProto> attributes = [];
    private readonly HashSet<string> asked = [];

    public OnnxNode(NodeProto proto, long opset, Func<string, OnnxValue> values)
    {
        (this.proto, this.values, Opset) = (proto, values, opset);
        foreach (var attribute in proto.Attribute)
        {
            if (!attributes.TryAdd(attribute.Name, attribute))
                throw Refused($"has the attribute {Quotation.Of(attribute.Name)} twice");
        }
    }

    public string Operator => proto.OpType;

    /// <summary>The version of the operators.</summary>
    public long Opset { get; }

    /// <summary>The node's own name, or its first output's where it has none.</summary>
    public string Name => proto.Name.Length > 0 ? proto.Name : proto.Output.FirstOrDefault() ?? "";

    public IReadOnlyList<string> Outputs => proto.Output;

    public int InputCount => proto.Input.Count;

    public string InputName(int index) => proto.Input[index];

    /// <summary>The refusal of this node.</summary>
    public InvalidDataException Refused(string reason) => new($"{Quotation.Of(Operator)} node {Quotation.Of(Name)} {reason}.");

    public bool Has(int input) => input < proto.Input.Count && proto.Input[input].Length > 0;

    /// <summary>An input's value.</summary>
    public OnnxValue Input(int index) => Has(index) ? values(proto.Input[index]) : throw Refused(Invariant($"lacks its input {index}"));

    /// <summary>An input that a layer computes.</summary>
    public ActivationValue Activation(int index = 0, bool padded = false) => Input(index) is not ActivationValue value
        ? throw Refused(Invariant($"has a constant as its input {index}, where only a value that depends on the network's input is read"))
        : padded || value.Padding == default ? value
        : throw Refused("reads what a Pad node padded, and padding is read only before a convolution");

    /// <summary>An input that is a known tensor.</summary>
    public OnnxTensor Constant(int index) => Input(index) is ConstantValue constant
        ? constant.Tensor
        : throw Refused(Invariant($"computes its input {index} from the network's input, where only constants are read"));

    /// <summary>An input of known floats.</summary>
    public OnnxTensor Floats(int index) => Constant(index) is { Floats: not null } tensor
        ? tensor
        : throw Refused(Invariant($"has integers as its input {index}, where floats are expected"));

    /// <summary>An input that is a known vector of floats, one per channel.</summary>
    public float[] Vector(int index, int length) => Floats(index) is { Floats: { } floats } tensor && floats.Length == length && tensor.Dims.Length == 1
        ? floats
        : throw Refused(Invariant($"has an input {index} of {Constant(index).Length} values, where one for each of {length} channels is expected"));

    /// <summary>An input of known integers, such as a shape or axes.</summary>
    public long[] Integers(int index) => Constant(index).Integers ?? throw Refused(Invariant($"has floats as its input {index}, where whole numbers are expected"));

    public long Int(string name, long otherwise) => Find(name, AttributeType.Int)?.I ?? otherwise;

    public float Float(string name, float otherwise) => Find(name, AttributeType.Float) is not { } attribute ? otherwise
        : float.IsFinite(attribute.F) ? attribute.F
        : throw Refused($"has the attribute '{name}' = {attribute.F}, which is not finite");

    public string Text(string name, string otherwise) => Find(name, AttributeType.String)?.S.ToStringUtf8() ?? otherwise;

    public long[]? Ints(string name) => Find(name, AttributeType.Ints) is { } attribute ? [.. attribute.Ints] : null;

    public TensorProto? Tensor(string name) => Find(name, AttributeType.Tensor)?.T;

    public AttributeProto? Any(string name)
    {
        asked.Add(name);
        return attributes.GetValueOrDefault(name);
    }

    /// <summary>Refuses a value of an attribute that is not the only one that is read.</summary>
    public void RequireInt(string name, long value)
    {
        if (Int(name, value) is var found && found != value)
            throw Refused(Invariant($"has the attribute '{name}' = {found}, and only {value} is read"));
    }

    /// <summary>Axes of one sample, counted from 0 behind the batch; the batch's own axis is refused.</summary>
    /// <param name="axes">ONNX's axes, negative ones from the end.</param>
    /// <param name="rank">ONNX's axes in all, the batch's among them.</param>
    public int[] SampleAxes(IEnumerable<long> axes, int rank) => [.. axes.Select(axis => SampleAxis(axis, rank))];

    /// <summary>One axis of a sample.</summary>
    public int SampleAxis(long axis, int rank)
    {
        var own = axis < 0 ? axis + rank : axis;
        return own < 0 || own >= rank ? throw Refused(Invariant($"names the axis {axis} of a value of {rank} axes"))
            : own == 0 ? throw Refused("works along the batch's axis 0, and samples are independent of each other in a network")
            : (int)own - 1;
    }

    /// <summary>Refuses attributes that nobody asked for: they would change what the node computes.</summary>
    public void RequireAllRead()
    {
        if (attributes.Keys.FirstOrDefault(name => !asked.Contains(name)) is { } name)
            throw Refused($"has the attribute {Quotation.Of(name)}, which is not read");
    }

    private AttributeProto? Find(string name, AttributeType type)
    {
        asked.Add(name);
        if (!attributes.TryGetValue(name, out var attribute))
            return null;
        return attribute.Type == type || attribute.Type == AttributeType.Undefined
            ? attribute
            : throw Refused($"has the attribute '{name}' of type {attribute.Type}, where {type} is expected");
    }
}
