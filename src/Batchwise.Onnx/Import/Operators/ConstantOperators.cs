using System.Collections.Immutable;
using Batchwise.Onnx.Protocol;
using static System.FormattableString;

namespace Batchwise.Onnx;

/// <summary>Constants, and the arithmetic of shapes, which is done while the graph is read.</summary>
static class ConstantOperators
{
    // Shapes and their like; weights are never made this way.
    private const int MostValues = 1 << 24;

    /// <summary>The extents of a value; the number of samples stays open.</summary>
    public static OnnxValue[] Shape(OnnxNode node, GraphReader graph)
    {
        long[] extents = node.Input(0) switch
        {
            ConstantValue constant => [.. constant.Tensor.Dims.Select(extent => (long)extent)],
            _ => [OnnxTensor.Batch, .. node.Activation().Dims.Select(extent => (long)extent)],
        };
        var (start, end) = (Clamp(node.Int("start", 0)), Clamp(node.Int("end", extents.Length)));
        return [new ConstantValue(OnnxTensor.Vector(extents[start..Math.Max(start, end)]))];

        int Clamp(long index) => (int)Math.Clamp(index < 0 ? index + extents.Length : index, 0, extents.Length);
    }

    public static OnnxValue[] Constant(OnnxNode node, GraphReader graph)
    {
        if (node.Tensor("value") is { } tensor)
            return [new ConstantValue(graph.Tensor(tensor))];
        if (node.Any("value_float") is not null)
            return [new ConstantValue(OnnxTensor.Of([], [node.Float("value_float", 0)]))];
        if (node.Any("value_int") is not null)
            return [new ConstantValue(new OnnxTensor([], null, [node.Int("value_int", 0)]))];
        if (node.Any("value_floats") is { } floats)
            return [new ConstantValue(OnnxTensor.Of([floats.Floats.Count], [.. floats.Floats]))];
        return node.Ints("value_ints") is { } integers ? [new ConstantValue(OnnxTensor.Vector(integers))] : throw node.Refused("has no value that is read");
    }

    public static OnnxValue[] ConstantOfShape(OnnxNode node, GraphReader graph)
    {
        var shape = node.Integers(0);
        var dims = Dims(node, shape);
        var length = dims.Aggregate(1, (product, extent) => product * extent);
        var value = node.Tensor("value") is { } tensor ? graph.Tensor(tensor) : OnnxTensor.Of([1], [0]);
        if (value.Length != 1)
            throw node.Refused("has a value of several numbers");
        return [new ConstantValue(new OnnxTensor(dims,
            value.Floats is { } floats ? [.. Enumerable.Repeat(floats[0], length)] : null, value.Integers is { } integers ? [.. Enumerable.Repeat(integers[0], length)] : null))];
    }

    /// <summary>Constants of another type; values that a layer computes are floats and stay so.</summary>
    public static OnnxValue[] Cast(OnnxNode node, GraphReader graph)
    {
        var type = (TensorProto.Types.DataType)node.Int("to", 0);
        node.Any("saturate");
        var isFloat = type is TensorProto.Types.DataType.Float or TensorProto.Types.DataType.Double or TensorProto.Types.DataType.Float16 or TensorProto.Types.DataType.Bfloat16;
        if (node.Input(0) is not ConstantValue { Tensor: var tensor })
            return type is TensorProto.Types.DataType.Float ? [node.Activation()] : throw node.Refused($"turns values of the network into {type}, and they are floats");
        return
        [
            new ConstantValue((isFloat, tensor) switch
            {
                (true, { Integers: { } integers }) => new(tensor.Dims, Array.ConvertAll(integers, value => value == OnnxTensor.Batch ? throw node.Refused("computes with the number of samples") : (float)value), null),
                (false, { Floats: { } floats }) => new(tensor.Dims, null, Array.ConvertAll(floats, value => (long)value)),
                _ => tensor,
            }),
        ];
    }

    /// <summary>Elements of a constant vector.</summary>
    public static OnnxValue[] Gather(OnnxNode node, GraphReader graph)
    {
        node.RequireInt("axis", 0);
        var (data, indices) = (node.Constant(0), node.Constant(1));
        if (data is not { Integers: { } values, Dims.Length: 1 } || indices.Integers is not { } places)
            throw node.Refused("takes elements of what is no vector of whole numbers");
        return [new ConstantValue(new OnnxTensor(indices.Dims, null, Array.ConvertAll(places, place => place >= -values.Length && place < values.Length
            ? values[place < 0 ? place + values.Length : place]
            : throw node.Refused(Invariant($"takes the element {place} of {values.Length}")))))];
    }

    /// <summary>A range of a constant vector.</summary>
    public static OnnxValue[] Slice(OnnxNode node, GraphReader graph)
    {
        const int firstWithInputs = 10;
        var data = node.Constant(0);
        long One(string name, int input, long otherwise)
        {
            var given = node.Opset < firstWithInputs ? node.Ints(name) : node.Has(input) ? node.Integers(input) : null;
            return given is null ? otherwise : given.Length == 1 ? given[0] : throw node.Refused($"has several {name}");
        }
        if (data is not { Integers: { } values, Dims.Length: 1 } || One("axes", 3, 0) is not (0 or -1) || One("steps", 4, 1) != 1)
            throw node.Refused("takes a range of what is no vector of whole numbers, or by steps");
        int Clamp(long index) => (int)Math.Clamp(index < 0 ? index + values.Length : index, 0, values.Length);
        var (start, end) = (Clamp(One("starts", 1, 0)), Clamp(One("ends", 2, values.Length)));
        return [new ConstantValue(OnnxTensor.Vector(values[start..Math.Max(start, end)]))];
    }

    /// <summary>Arithmetic of two constants, one of which may be a single value.</summary>
    public static ConstantValue Arithmetic(OnnxNode node, Func<double, double, double> apply)
    {
        var (left, right) = (node.Constant(0), node.Constant(1));
        if (left.Length != right.Length && left.Length != 1 && right.Length != 1)
            throw node.Refused("computes with constants of different shapes");
        var dims = left.Length >= right.Length && left.Dims.Length >= right.Dims.Length ? left.Dims : right.Dims;
        double Value(OnnxTensor tensor, int i) => tensor.Floats is { } floats ? floats[floats.Length == 1 ? 0 : i]
            : tensor.Integers![tensor.Length == 1 ? 0 : i] is var value && value != OnnxTensor.Batch ? value
            : throw node.Refused("computes with the number of samples");
        double[] results = [.. Enumerable.Range(0, Math.Max(left.Length, right.Length)).Select(i => apply(Value(left, i), Value(right, i)))];
        return new(left.Floats is not null || right.Floats is not null
            ? OnnxTensor.Of(dims, Array.ConvertAll(results, value => (float)value))
            : new OnnxTensor(dims, null, Array.ConvertAll(results, value => double.IsFinite(value) ? (long)value : throw node.Refused("divides by zero"))));
    }

    public static OnnxTensor Concat(OnnxNode node, OnnxTensor[] parts, long axis)
    {
        if (parts.Any(part => part is not { Integers: not null, Dims.Length: 1 }) || axis is not (0 or -1))
            throw node.Refused("joins constants that are no vectors of whole numbers");
        return OnnxTensor.Vector([.. parts.SelectMany(part => part.Integers!)]);
    }

    /// <summary>A constant matrix transposed.</summary>
    public static OnnxTensor Transpose(OnnxNode node, OnnxTensor tensor, long[]? axes)
    {
        if (tensor is not { Floats: { } floats, Dims: [var rows, var columns] } || (axes is not null && !axes.SequenceEqual([1, 0])))
            throw node.Refused("permutes the axes of a constant that is no matrix of floats");
        return OnnxTensor.Of([columns, rows], WeightLayout.Transposed(floats, rows, columns));
    }

    /// <summary>Axes of a constant, negative ones counted from the end.</summary>
    public static int[] Axes(OnnxNode node, long[] axes, int rank) => [.. axes.Select(axis => axis >= -rank && axis < rank
        ? (int)(axis < 0 ? axis + rank : axis)
        : throw node.Refused(Invariant($"names the axis {axis} of a constant of {rank} axes")))];

    private static ImmutableArray<int> Dims(OnnxNode node, long[] shape)
    {
        long product = 1;
        foreach (var extent in shape)
        {
            if (extent is < 0 or > MostValues || (product *= extent) > MostValues)
                throw node.Refused("makes a constant of more values than a shape has");
        }
        return [.. shape.Select(extent => (int)extent)];
    }
}
