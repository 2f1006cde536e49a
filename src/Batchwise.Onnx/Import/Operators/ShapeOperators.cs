using static System.FormattableString;

namespace Batchwise.Onnx;

/// <summary>Operators that change how values are seen: none of them becomes a layer, but where branches are joined.</summary>
static class ShapeOperators
{
    private const int FirstWithAxesInput = 13;

    /// <summary>Dropout passes its input on in inference; its layer is kept for training.</summary>
    public static OnnxValue[] Dropout(OnnxNode node, GraphReader graph)
    {
        const int firstWithRatioInput = 12;
        var x = node.Activation();
        var ratio = node.Opset < firstWithRatioInput ? node.Float("ratio", 0.5f) : node.Has(1) ? node.Floats(1).Floats!.FirstOrDefault() : 0.5f;
        node.Any("seed");
        if (ratio > 0 && node.Has(2) && node.Integers(2) is [not 0])
            throw node.Refused("drops values at random: export the network in inference mode");
        if (ratio is not (>= 0 and < 1))
            throw node.Refused(Invariant($"drops a share of {ratio}, which is not from 0 to below 1"));
        return [x.With(graph.Add(node, new Dropout(ratio), x.Node))];
    }

    public static OnnxValue[] Flatten(OnnxNode node, GraphReader graph)
    {
        var x = node.Activation();
        var axis = node.Int("axis", 1);
        var rank = x.Dims.Length + 1;
        if (axis < 0)
            axis += rank;
        // Axes of extent 1 may go to either side.
        if (axis < 1 || axis > rank || x.Dims[..(int)(axis - 1)].Any(extent => extent != 1))
            throw node.Refused(Invariant($"flattens from axis {axis} on, and only a flattening of whole samples (axis 1) is read"));
        return [x with { View = x.View.Reshape([x.View.Size])! }];
    }

    public static OnnxValue[] Reshape(OnnxNode node, GraphReader graph)
    {
        var target = node.Integers(1);
        node.RequireInt("allowzero", 0);
        if (node.Input(0) is ConstantValue { Tensor: var tensor })
            return [new ConstantValue(tensor with { Dims = [.. Whole(node, target, [.. tensor.Dims], tensor.Length)] })];
        var x = node.Activation();
        if (target.Length < 1 || target[0] is not (0 or -1 or OnnxTensor.Batch) && !(target[0] == graph.StatedBatch && target[0] > 0))
            throw node.Refused($"reshapes to [{string.Join(", ", target.Select(Text))}], which does not keep the batch as its first axis");
        if (target[0] == -1 && target.AsSpan(1).Contains(-1))
            throw node.Refused("leaves two axes open");
        var dims = Whole(node, target[1..], [.. x.Dims], x.View.Size);
        return [x with { View = x.View.Reshape(dims) ?? throw node.Refused($"reshapes samples of shape [{string.Join(", ", x.Dims)}] to [{string.Join(", ", dims)}], for which values would have to move") }];
    }

    public static OnnxValue[] Squeeze(OnnxNode node, GraphReader graph)
    {
        var given = Axes(node);
        if (node.Input(0) is ConstantValue { Tensor: var tensor })
        {
            var taken = given is null ? [.. Enumerable.Range(0, tensor.Dims.Length).Where(axis => tensor.Dims[axis] == 1)] : ConstantOperators.Axes(node, given, tensor.Dims.Length);
            return [new ConstantValue(tensor with { Dims = [.. tensor.Dims.Where((_, axis) => !taken.Contains(axis))] })];
        }
        var x = node.Activation();
        int[] axes = given is null ? [.. Enumerable.Range(0, x.Dims.Length).Where(axis => x.Dims[axis] == 1)] : node.SampleAxes(given, x.Dims.Length + 1);
        if (axes.Any(axis => x.Dims[axis] != 1))
            throw node.Refused($"drops axes of samples of shape [{string.Join(", ", x.Dims)}] that hold more than one value");
        return [x with { View = x.View with { Dims = [.. x.Dims.Where((_, axis) => !axes.Contains(axis))] } }];
    }

    public static OnnxValue[] Unsqueeze(OnnxNode node, GraphReader graph)
    {
        var given = Axes(node) ?? throw node.Refused("lacks its axes");
        if (node.Input(0) is ConstantValue { Tensor: var tensor })
            return [new ConstantValue(tensor with { Dims = [.. WithOnes([.. tensor.Dims], ConstantOperators.Axes(node, given, tensor.Dims.Length + given.Length))] })];
        var x = node.Activation();
        return [x with { View = x.View with { Dims = [.. WithOnes([.. x.Dims], node.SampleAxes(given, x.Dims.Length + 1 + given.Length))] } }];
    }

    public static OnnxValue[] Transpose(OnnxNode node, GraphReader graph)
    {
        var axes = node.Ints("perm");
        if (node.Input(0) is ConstantValue { Tensor: var tensor })
            return [new ConstantValue(ConstantOperators.Transpose(node, tensor, axes))];
        var x = node.Activation();
        var rank = x.Dims.Length + 1;
        axes ??= [.. Enumerable.Range(0, rank).Reverse().Select(axis => (long)axis)];
        if (axes.Length != rank || !axes.Order().SequenceEqual(Enumerable.Range(0, rank).Select(axis => (long)axis)))
            throw node.Refused($"permutes by [{string.Join(", ", axes)}], which is no order of {rank} axes");
        if (axes[0] != 0)
            throw node.Refused("moves the batch's axis, and samples are independent of each other in a network");
        return [x with { View = x.View.Transpose([.. axes[1..].Select(axis => (int)axis - 1)]) }];
    }

    /// <summary>Branches side by side, along the channels.</summary>
    public static OnnxValue[] Concat(OnnxNode node, GraphReader graph)
    {
        var axis = node.Any("axis") is null ? throw node.Refused("lacks its axis") : node.Int("axis", 0);
        OnnxValue[] inputs = [.. Enumerable.Range(0, node.InputCount).Select(node.Input)];
        if (inputs.All(input => input is ConstantValue))
            return [new ConstantValue(ConstantOperators.Concat(node, [.. inputs.Cast<ConstantValue>().Select(input => input.Tensor)], axis))];
        ActivationValue[] parts = [.. Enumerable.Range(0, node.InputCount).Select(index => node.Activation(index))];
        if (parts.Length == 1)
            return [parts[0]];
        var (first, rank) = (parts[0], parts[0].Dims.Length + 1);
        var along = node.SampleAxis(axis, rank);
        var isFirst = parts.All(part => part.Node.Shape.Rank == 3 && part.View.SameAs(ValueView.ChannelsFirst(part.Node.Shape, part.Dims.Length == 2)));
        var isPlain = parts.All(part => part.View.IsPlain && (part.Node.Shape.Rank == 1 || part.Dims.Length == part.Node.Shape.Rank));
        if (parts.Any(part => part.Dims.Length != first.Dims.Length) || !((isFirst && along == 0) || (isPlain && along == rank - 2)))
            throw node.Refused($"joins samples of shape [{string.Join(", ", first.Dims)}] along axis {axis}, which does not hold the channels of all its inputs");
        var joined = graph.Add(node, new Concatenation(), [.. parts.Select(part => part.Node)]);
        return [new ActivationValue(joined, isFirst && along == 0 ? ValueView.ChannelsFirst(joined.Shape, first.Dims.Length == 2) : ValueView.Plain([.. joined.Shape.Dimensions]))];
    }

    private static long[]? Axes(OnnxNode node) => node.Opset < FirstWithAxesInput ? node.Ints("axes") : node.Has(1) ? node.Integers(1) : null;

    private static IEnumerable<int> WithOnes(int[] dims, int[] axes)
    {
        var next = 0;
        for (var axis = 0; axis < dims.Length + axes.Length; axis++)
            yield return axes.Contains(axis) ? 1 : dims[next++];
    }

    /// <summary>Extents in numbers: 0 copies an axis, -1 takes what is left.</summary>
    private static int[] Whole(OnnxNode node, long[] target, int[] from, int size)
    {
        var dims = new int[target.Length];
        var (open, product) = (-1, 1L);
        for (var axis = 0; axis < target.Length; axis++)
        {
            var extent = target[axis] == 0 && axis < from.Length ? from[axis] : target[axis];
            if (extent == -1 && open < 0)
            {
                open = axis;
                continue;
            }
            if (extent is < 1 or > int.MaxValue || (product *= extent) > int.MaxValue)
                throw node.Refused($"reshapes to [{string.Join(", ", target.Select(Text))}], which is no shape of {size} values");
            dims[axis] = (int)extent;
        }
        if (open >= 0)
            product *= dims[open] = (int)(size / product);
        return product == size ? dims : throw node.Refused($"reshapes {size} values to [{string.Join(", ", target.Select(Text))}]");
    }

    private static string Text(long extent) => extent == OnnxTensor.Batch ? "N" : Invariant($"{extent}");
}
