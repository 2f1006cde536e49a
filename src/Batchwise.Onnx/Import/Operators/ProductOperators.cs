using static System.FormattableString;

namespace Batchwise.Onnx;

/// <summary>Dense layers and convolutions.</summary>
static class ProductOperators
{
    /// <summary>y = alpha x B + beta c, with x: [N, in], B: [in, out] or transposed.</summary>
    public static OnnxValue[] Gemm(OnnxNode node, GraphReader graph)
    {
        node.RequireInt("transA", 0);
        var (alpha, beta) = (node.Float("alpha", 1), node.Float("beta", 1));
        var (x, weight) = (node.Activation(), Matrix(node, node.Int("transB", 0) != 0));
        if (x.Dims.Length != 1)
            throw node.Refused($"multiplies samples of shape [{string.Join(", ", x.Dims)}], where vectors are expected");
        float[]? bias = null;
        if (node.Has(2))
            bias = node.Floats(2).Broadcast([weight.Columns]) ?? OneRow(node.Floats(2))?.Broadcast([weight.Columns]) ?? throw node.Refused("has a bias that is not the same for all samples");
        return [Dense(node, graph, x, weight, alpha, bias is null ? null : Array.ConvertAll(bias, value => beta * value))];
    }

    /// <summary>y = x B over the last axis: a dense layer of vectors, and a pointwise convolution of maps that are channels last.</summary>
    public static OnnxValue[] MatMul(OnnxNode node, GraphReader graph)
    {
        var (x, weight) = (node.Activation(), Matrix(node, transposed: false));
        if (x.Dims.Length == 1)
            return [Dense(node, graph, x, weight, 1, null)];
        var shape = x.Node.Shape;
        if (shape.Rank != 3 || !x.View.IsPlain || x.Dims[^1] != shape.Channels)
            throw node.Refused($"multiplies samples of shape [{string.Join(", ", x.Dims)}] along an axis that does not hold the channels");
        RequireRows(node, weight.Rows, shape.Channels);
        var layer = graph.Add(node, new Convolution(weight.Columns, Window.Square(1)) { Bias = false }, x.Node);
        graph.SetParameter(layer, "weight", weight.Values);
        return [new ActivationValue(layer, ValueView.Plain([.. x.Dims[..^1], weight.Columns]))];
    }

    /// <summary>A convolution of one axis or two; the weight is [out, in / groups, (height,) width].</summary>
    public static OnnxValue[] Conv(OnnxNode node, GraphReader graph)
    {
        var (x, weight) = (node.Activation(padded: true), node.Floats(1));
        var isLine = WindowReader.IsLine(node, x);
        if (weight.Dims.Length != (isLine ? 3 : 4))
            throw node.Refused(Invariant($"has a weight of {weight.Dims.Length} axes for a map of {x.Dims.Length - 1}"));
        int[] kernel = [.. weight.Dims[2..]];
        if (node.Ints("kernel_shape") is { } stated && !stated.SequenceEqual(kernel.Select(size => (long)size)))
            throw node.Refused($"states the kernel [{string.Join(", ", stated)}], and its weight has [{string.Join(", ", kernel)}]");
        var window = WindowReader.Read(node, x, kernel);
        var groups = node.Int("group", 1);
        var outputs = weight.Dims[0];
        if (groups is < 1 or > int.MaxValue || outputs < 1 || weight.Dims[1] * groups != x.Node.Shape.Channels || outputs % groups != 0)
            throw node.Refused($"has a weight [{string.Join(", ", weight.Dims)}] in {groups} groups, which do not fit {x.Node.Shape.Channels} channels");
        var layer = graph.Add(node, new Convolution(outputs, window) { Groups = (int)groups, Bias = node.Has(2) }, x.Node);
        graph.SetParameter(layer, "weight", WeightLayout.OutputsLast(weight.Floats, new Shape(window.Height, window.Width, weight.Dims[1], outputs)));
        if (node.Has(2))
            graph.SetParameter(layer, "bias", node.Vector(2, outputs));
        return [new ActivationValue(layer, ValueView.ChannelsFirst(layer.Shape, isLine))];
    }

    /// <summary>Zeros around a map, left for the convolution that reads it.</summary>
    public static OnnxValue[] Pad(OnnxNode node, GraphReader graph)
    {
        const int firstWithInputs = 11;
        var x = node.Activation();
        if (node.Text("mode", "constant") is var mode && mode != "constant")
            throw node.Refused($"pads by the mode {Quotation.Of(mode)}, and only constants are read");
        var value = node.Opset < firstWithInputs ? node.Float("value", 0) : node.Has(2) ? node.Floats(2).Floats!.FirstOrDefault() : 0;
        var pads = (node.Opset < firstWithInputs ? node.Ints("pads") : node.Integers(1)) ?? throw node.Refused("lacks its pads");
        var rank = x.Dims.Length + 1;
        long[] axes = node.Has(3) ? node.Integers(3) : [.. Enumerable.Range(0, rank).Select(axis => (long)axis)];
        if (pads.Length != 2 * axes.Length)
            throw node.Refused(Invariant($"has {pads.Length} pads for {axes.Length} axes"));
        var (before, after) = (new long[rank], new long[rank]);
        for (var i = 0; i < axes.Length; i++)
        {
            var axis = axes[i] < 0 ? axes[i] + rank : axes[i];
            if (axis < 0 || axis >= rank)
                throw node.Refused(Invariant($"names the axis {axes[i]} of a value of {rank} axes"));
            (before[axis], after[axis]) = (pads[i], pads[i + axes.Length]);
        }
        if (before.Concat(after).All(pad => pad == 0))
            return [x];
        var isLine = WindowReader.IsLine(node, x);
        if (value != 0 || before[0] != 0 || after[0] != 0 || before[1] != 0 || after[1] != 0 || before.Concat(after).Any(pad => pad is < 0 or > WindowReader.MostPadding))
            throw node.Refused("pads with other than zeros, takes away, or pads samples or channels: only zeros around a map are read");
        return [x with { Padding = isLine ? new(0, 0, (int)before[2], (int)after[2]) : new((int)before[2], (int)after[2], (int)before[3], (int)after[3]) }];
    }

    private static ActivationValue Dense(OnnxNode node, GraphReader graph, ActivationValue x, (float[] Values, int Rows, int Columns) weight, float alpha, float[]? bias)
    {
        RequireRows(node, weight.Rows, x.View.Size);
        // Rows of the weight are in ONNX's order of the flattened values; memory may hold these in another.
        var values = new float[weight.Values.Length];
        var places = x.View.Places();
        for (var row = 0; row < weight.Rows; row++)
        {
            for (var column = 0; column < weight.Columns; column++)
                values[row * weight.Columns + column] = alpha * weight.Values[places[row] * weight.Columns + column];
        }
        var layer = graph.Add(node, new Dense(weight.Columns) { Bias = bias is not null }, x.AsVector().Node);
        graph.SetParameter(layer, "weight", values);
        if (bias is not null)
            graph.SetParameter(layer, "bias", bias);
        return new(layer, ValueView.Plain(weight.Columns));
    }

    private static (float[] Values, int Rows, int Columns) Matrix(OnnxNode node, bool transposed)
    {
        var weight = node.Floats(1);
        if (weight.Dims.Length != 2 || weight.Length == 0)
            throw node.Refused($"has a weight of shape [{string.Join(", ", weight.Dims)}], where a matrix is expected");
        return transposed
            ? (WeightLayout.Transposed(weight.Floats, weight.Dims[0], weight.Dims[1]), weight.Dims[1], weight.Dims[0])
            : (weight.Floats!, weight.Dims[0], weight.Dims[1]);
    }

    private static OnnxTensor? OneRow(OnnxTensor bias) => bias.Dims.Length == 2 && bias.Dims[0] == 1 ? bias with { Dims = [bias.Dims[1]] } : null;

    private static void RequireRows(OnnxNode node, int rows, int size)
    {
        if (rows != size)
            throw node.Refused(Invariant($"has a weight of {rows} rows for {size} values"));
    }
}
