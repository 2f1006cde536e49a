namespace Batchwise.Onnx;

/// <summary>
/// Sums of layers; and arithmetic with constants, which becomes the bias of the layer before it where that can take it, and else a map of
/// each channel by itself.
/// </summary>
static class ArithmeticOperators
{
    public static OnnxValue[] Add(OnnxNode node, GraphReader graph)
    {
        if (node.Input(0) is ActivationValue left && node.Input(1) is ActivationValue right)
            return Sum(node, graph);
        return WithConstant(node, graph, (a, b) => a + b, (_, c) => (1, c));
    }

    /// <summary>The sum of layers of one shape.</summary>
    public static OnnxValue[] Sum(OnnxNode node, GraphReader graph)
    {
        ActivationValue[] terms = [.. Enumerable.Range(0, node.InputCount).Select(index => node.Activation(index))];
        foreach (var other in terms.Skip(1))
        {
            if (terms[0].Node.Shape != other.Node.Shape || !terms[0].View.SameAs(other.View))
                throw node.Refused($"adds values of shapes [{string.Join(", ", terms[0].Dims)}] and [{string.Join(", ", other.Dims)}]: only values of one shape and order are added");
        }
        return [terms.Length == 1 ? terms[0] : terms[0].With(graph.Add(node, new Sum(), [.. terms.Select(term => term.Node)]))];
    }

    public static OnnxValue[] Subtract(OnnxNode node, GraphReader graph) =>
        WithConstant(node, graph, (a, b) => a - b, (isFirst, c) => isFirst ? (1, -c) : (-1, c));

    public static OnnxValue[] Multiply(OnnxNode node, GraphReader graph)
    {
        if (node.Input(0) is ActivationValue left && node.Input(1) is ActivationValue right)
            return [Gate(node, graph, left, right)];
        return WithConstant(node, graph, (a, b) => a * b, (_, c) => (c, 0));
    }

    public static OnnxValue[] Divide(OnnxNode node, GraphReader graph) => WithConstant(node, graph, (a, b) => a / b, (isFirst, c) =>
        isFirst ? (1 / c, 0) : throw node.Refused("divides a constant by a value that depends on the network's input"));

    /// <summary>x times its own sigmoid or hard sigmoid, which are one function each.</summary>
    private static ActivationValue Gate(OnnxNode node, GraphReader graph, ActivationValue left, ActivationValue right)
    {
        foreach (var (x, gate) in new[] { (left, right), (right, left) })
        {
            if (gate.Node.Inputs.Length != 1 || gate.Node.Inputs[0] != x.Node || !gate.View.SameAs(x.View))
                continue;
            if (gate.Node.Layer is Sigmoid)
                return x.With(graph.Add(node, new Silu(), x.Node));
            if (gate.Node.Layer is HardSigmoid hard && Math.Abs(hard.Alpha - 1.0 / 6) < 1e-6 && hard.Beta == 0.5)
                return x.With(graph.Add(node, new HardSwish(), x.Node));
        }
        throw node.Refused("multiplies two values that depend on the network's input, which is read only of x and its own sigmoid or hard sigmoid");
    }

    /// <summary>Arithmetic of a value and a constant, in either order, or of two constants.</summary>
    /// <param name="node">The node.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="fold">The arithmetic, for two constants.</param>
    /// <param name="affine">The scale and the shift of x by a constant, and whether x comes first.</param>
    private static OnnxValue[] WithConstant(OnnxNode node, GraphReader graph, Func<double, double, double> fold, Func<bool, float, (float Scale, float Shift)> affine)
    {
        if (node.Input(0) is ConstantValue && node.Input(1) is ConstantValue)
            return [ConstantOperators.Arithmetic(node, fold)];
        var isFirst = node.Input(0) is ActivationValue;
        if (node.Input(isFirst ? 1 : 0) is ActivationValue)
            throw node.Refused("computes with two values that depend on the network's input, where one is to be a constant");
        var (x, constant) = (node.Activation(isFirst ? 0 : 1), node.Floats(isFirst ? 1 : 0));
        var values = PerValue.InMemoryOrder(x, constant)
            ?? throw node.Refused($"has a constant of shape [{string.Join(", ", constant.Dims)}] that does not spread over samples of shape [{string.Join(", ", x.Dims)}]");
        var channels = PerValue.PerChannel(x, constant);
        var pairs = Array.ConvertAll(channels ?? values, value => affine(isFirst, value));
        if (pairs.All(pair => pair.Scale == 1) && channels is not null && AsBias(node, graph, x, Array.ConvertAll(pairs, pair => pair.Shift)) is { } biased)
            return [biased];
        var layer = graph.Add(node, new ChannelAffine { PerActivation = channels is null }, x.Node);
        graph.SetParameter(layer, "scale", Array.ConvertAll(pairs, pair => pair.Scale));
        graph.SetParameter(layer, "shift", Array.ConvertAll(pairs, pair => pair.Shift));
        return [x.With(layer)];
    }

    /// <summary>The layer before with the constant as its bias, where it has none and nothing else reads it.</summary>
    private static ActivationValue? AsBias(OnnxNode node, GraphReader graph, ActivationValue x, float[] bias)
    {
        if (x.Node.Layer is not LinearLayer { Bias: false } linear || !graph.IsReadOnce(node.InputName(node.Input(0) is ActivationValue ? 0 : 1)))
            return null;
        var layer = graph.Replace(x.Node, linear with { Bias = true });
        graph.SetParameter(layer, "bias", bias);
        return x.With(layer);
    }
}
