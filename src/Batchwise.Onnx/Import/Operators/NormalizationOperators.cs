using static System.FormattableString;

namespace Batchwise.Onnx;

/// <summary>Normalizations by a batch's statistics and by a sample's own.</summary>
static class NormalizationOperators
{
    /// <summary>
    /// Batch normalization, in inference or training mode. Its statistics become the moving averages; ONNX's momentum is the weight of
    /// the old average, and 1 minus it is <see cref="BatchStatisticsLayer.NewBatchWeight"/>.
    /// </summary>
    public static OnnxValue[] Batch(OnnxNode node, GraphReader graph)
    {
        const int firstOfOneSemantics = 9;
        var x = node.Activation().AsVector();
        if (node.Opset < firstOfOneSemantics)
            node.RequireInt("spatial", 1);
        var isTraining = node.Int("training_mode", 0) != 0;
        var momentum = node.Float("momentum", 0.9f);
        if (momentum is < 0 or >= 1)
            throw node.Refused(Invariant($"has the momentum {momentum}, which is not from 0 to below 1"));
        var channels = Channels(node, x);
        var layer = graph.Add(node, new BatchNormalization { Epsilon = node.Float("epsilon", 1e-5f), NewBatchWeight = 1 - momentum }, x.Node);
        graph.SetParameter(layer, "gamma", PerFeature(node, x, 1, channels));
        graph.SetParameter(layer, "beta", PerFeature(node, x, 2, channels));
        graph.SetStatistic(layer, BatchStatisticsLayer.MovingMean, Finite(node, PerFeature(node, x, 3, channels), least: float.MinValue, "mean"));
        graph.SetStatistic(layer, BatchStatisticsLayer.MovingVariance, Finite(node, PerFeature(node, x, 4, channels), least: 0, "variance"));
        // In training mode the other outputs are the new averages, which the layer keeps as its state.
        var result = x.With(layer);
        return isTraining ? [result, node.Input(3), node.Input(4)] : [result];
    }

    public static OnnxValue[] Instance(OnnxNode node, GraphReader graph)
    {
        var x = node.Activation();
        if (Grouped(x) is { } groups)
            return [Groups(node, graph, x, groups)];
        WindowReader.IsLine(node, x);
        var channels = x.Node.Shape.Channels;
        var layer = graph.Add(node, new InstanceNormalization { Epsilon = node.Float("epsilon", 1e-5f) }, x.Node);
        graph.SetParameter(layer, "gamma", node.Vector(1, channels));
        graph.SetParameter(layer, "beta", node.Vector(2, channels));
        return [x.With(layer)];
    }

    /// <summary>Groups of channels that were laid out as channels, [groups, rest], as group normalization was written before it had an operator.</summary>
    private static int? Grouped(ActivationValue x)
    {
        if (x.Dims.Length != 2 || (x.Node.Shape.Rank == 3 && x.Node.Shape[0] == 1 && x.Dims[0] == x.Node.Shape.Channels))
            return null;
        var channels = x.Node.Shape.Rank == 3 ? ValueView.ChannelsFirst(x.Node.Shape) : ValueView.Plain([.. x.Node.Shape.Dimensions]);
        return channels.Reshape([.. x.Dims]) is { } view && x.View.SameAs(view) ? x.Dims[0] : null;
    }

    private static ActivationValue Groups(OnnxNode node, GraphReader graph, ActivationValue x, int groups)
    {
        var layer = graph.Add(node, new GroupNormalization(groups) { Epsilon = node.Float("epsilon", 1e-5f) }, x.Node);
        graph.SetParameter(layer, "gamma", PerGroup(node, 1, groups, x.Node.Shape.Channels));
        graph.SetParameter(layer, "beta", PerGroup(node, 2, groups, x.Node.Shape.Channels));
        return x.With(layer);
    }

    private static float[] PerGroup(OnnxNode node, int input, int groups, int channels) =>
        [.. node.Vector(input, groups).SelectMany(value => Enumerable.Repeat(value, channels / groups))];

    /// <summary>Layer normalization over all values of a sample.</summary>
    public static OnnxValue[] Layer(OnnxNode node, GraphReader graph)
    {
        var x = node.Activation();
        node.RequireInt("stash_type", 1);
        var axis = node.SampleAxis(node.Int("axis", -1), x.Dims.Length + 1);
        if (x.Dims[..axis].Any(extent => extent != 1))
            throw node.Refused($"normalizes samples of shape [{string.Join(", ", x.Dims)}] from axis {axis + 1} on: only whole samples are read");
        var layer = graph.Add(node, new LayerNormalization { Epsilon = node.Float("epsilon", 1e-5f) }, x.Node);
        float[] Values(int input) => PerValue.InMemoryOrder(x, node.Floats(input)) ?? throw node.Refused(Invariant($"has an input {input} that does not fit its samples"));
        graph.SetParameter(layer, "gamma", Values(1));
        graph.SetParameter(layer, "beta", node.Has(2) ? Values(2) : new float[x.View.Size]);
        return [x.With(layer)];
    }

    public static OnnxValue[] Group(OnnxNode node, GraphReader graph)
    {
        const int firstPerChannel = 21;
        var x = node.Activation();
        var channels = Channels(node, x);
        node.RequireInt("stash_type", 1);
        var groups = node.Int("num_groups", 0);
        if (groups < 1 || groups > channels || channels % groups != 0)
            throw node.Refused(Invariant($"cuts {channels} channels into {groups} groups, which does not go"));
        var layer = graph.Add(node, new GroupNormalization((int)groups) { Epsilon = node.Float("epsilon", 1e-5f) }, x.Node);
        float[] Values(int input) => node.Opset >= firstPerChannel
            ? node.Vector(input, channels)
            : PerGroup(node, input, (int)groups, channels);
        graph.SetParameter(layer, "gamma", Values(1));
        graph.SetParameter(layer, "beta", Values(2));
        return [x.With(layer)];
    }

    public static OnnxValue[] LocalResponse(OnnxNode node, GraphReader graph)
    {
        var x = node.Activation();
        Channels(node, x);
        var size = node.Int("size", 0);
        if (size is < 1 or > int.MaxValue)
            throw node.Refused(Invariant($"has the size {size}, which is no number of channels"));
        return
        [
            x.With(graph.Add(node, new LocalResponseNormalization
            {
                Size = (int)size,
                Alpha = node.Float("alpha", 1e-4f),
                Beta = node.Float("beta", 0.75f),
                Offset = node.Float("bias", 1),
            }, x.Node)),
        ];
    }

    /// <summary>The channels of a map that is channels first, or the features of a vector.</summary>
    private static int Channels(OnnxNode node, ActivationValue x)
    {
        if (x.Dims.Length == 1)
            return x.Dims[0];
        // What a global pool leaves is [C, 1, 1], a vector.
        if (x.Node.Shape.Rank > 1)
            WindowReader.IsLine(node, x);
        return x.Dims[0];
    }

    /// <summary>One value per channel; of a flattened map, one per value, in the order of memory.</summary>
    private static float[] PerFeature(OnnxNode node, ActivationValue x, int input, int channels)
    {
        var values = node.Vector(input, channels);
        return x.Dims.Length == 1 ? [.. x.View.Places().Select(place => values[place])] : values;
    }

    private static float[] Finite(OnnxNode node, float[] values, float least, string what) => values.All(value => float.IsFinite(value) && value >= least)
        ? values
        : throw node.Refused($"has a {what} that is negative or not finite");
}
