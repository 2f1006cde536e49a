using Batchwise.Onnx;
using Batchwise.Onnx.Protocol;
using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Onnx;

/// <summary>Small graphs in the ways in which PyTorch, TensorFlow and others write networks.</summary>
internal static class GraphsOfOthers
{
    public static IReadOnlyDictionary<string, Func<ModelProto>> All { get; } = new Dictionary<string, Func<ModelProto>>
    {
        ["a product, then a sum with a constant"] = () => Graph([5], [4], (graph, x) =>
            graph.Add("Relu", "relu", [graph.Add("Add", "sum", [graph.Add("MatMul", "product", [x, Random(graph, "weight", 5, 4)]), Random(graph, "bias", 4)])])),
        ["a dense layer of a transposed weight"] = () => Graph([5], [4], (graph, x) =>
            graph.Add("Gemm", "gemm", [x, Random(graph, "weight", 4, 5), Random(graph, "bias", 4)], GraphWriter.Int("transB", 1), GraphWriter.Float("alpha", 0.5), GraphWriter.Float("beta", 2))),
        ["a flattened map, channels first, and a dense layer"] = () => Graph([3, 6, 5], [4], (graph, x) =>
            graph.Add("Gemm", "gemm", [graph.Add("Flatten", "flat", [Convolution(graph, x, 3, 2)]), Random(graph, "weight2", 60, 4)])),
        ["a shape computed for a reshaping"] = () => Graph([3, 6, 5], [4], (graph, x) =>
        {
            var y = Convolution(graph, x, 3, 2);
            var batch = graph.Add("Gather", "batch", [graph.Add("Shape", "shape", [y]), graph.Indices("zero", 0)], GraphWriter.Int("axis", 0));
            var shape = graph.Add("Concat", "target", [batch, graph.Indices("rest", -1)], GraphWriter.Int("axis", 0));
            return graph.Add("Gemm", "gemm", [graph.Add("Reshape", "flat", [y, shape]), Random(graph, "weight2", 60, 4)]);
        }),
        ["a map that comes channels last"] = () => Graph([6, 5, 3], [6, 5, 2], (graph, x) =>
            graph.Add("Transpose", "back", [Convolution(graph, graph.Add("Transpose", "first", [x], GraphWriter.Ints("perm", 0, 3, 1, 2)), 3, 2)], GraphWriter.Ints("perm", 0, 2, 3, 1))),
        ["padding by a node of its own"] = () => Graph([2, 5, 6], [3, 4, 5], (graph, x) =>
            graph.Add("Conv", "convolution", [graph.Add("Pad", "padded", [x, graph.Indices("pads", 0, 0, 1, 2, 0, 0, 0, 1)]), Random(graph, "weight", 3, 2, 3, 5)], GraphWriter.Ints("kernel_shape", 3, 5))),
        ["a gate by its own sigmoid"] = () => Graph([2, 5, 6], [3, 5, 6], (graph, x) =>
        {
            var y = Convolution(graph, x, 2, 3);
            return graph.Add("Mul", "gated", [y, graph.Add("Sigmoid", "gate", [y])]);
        }),
        ["means over space"] = () => Graph([2, 5, 6], [4], (graph, x) =>
            graph.Add("Gemm", "gemm", [graph.Add("ReduceMean", "means", [Convolution(graph, x, 2, 3)], GraphWriter.Ints("axes", 2, 3), GraphWriter.Int("keepdims", 0)), Random(graph, "weight2", 3, 4)])),
        ["the largest over space, kept and squeezed"] = () => Graph([2, 5, 6], [3], (graph, x) => graph.Add(
            "Squeeze", "squeezed", [graph.Add("ReduceMax", "largest", [Convolution(graph, x, 2, 3)], GraphWriter.Ints("axes", -2, -1)), graph.Indices("axes", 2, 3)])),
        ["constants around a convolution"] = () => Graph([2, 5, 6], [3, 5, 6], (graph, x) =>
        {
            var scaled = graph.Add("Div", "scaled", [graph.Add("Sub", "centred", [x, Random(graph, "mean", 1, 2, 1, 1)]), Random(graph, "deviation", 2, 1, 1)]);
            return graph.Add("Mul", "product", [graph.Add("Sub", "reversed", [Random(graph, "ones", 1), Convolution(graph, scaled, 2, 3)]), Random(graph, "map", 5, 6)]);
        }),
        ["branches of one map"] = () => Graph([2, 6, 6], [5, 3, 3], (graph, x) =>
        {
            var left = graph.Add("MaxPool", "left", [Convolution(graph, x, 2, 3)], GraphWriter.Ints("kernel_shape", 2, 2), GraphWriter.Ints("strides", 2, 2));
            var right = graph.Add("AveragePool", "right", [x], GraphWriter.Ints("kernel_shape", 3, 3), GraphWriter.Ints("strides", 2, 2), GraphWriter.Ints("pads", 1, 1, 0, 0));
            return graph.Add("Concat", "joined", [left, right], GraphWriter.Int("axis", 1));
        }),
        ["a residual sum behind normalizations"] = () => Graph([3, 5, 6], [3, 5, 6], (graph, x) =>
        {
            string Normalized(string input, string name) => graph.Add("BatchNormalization", name, [input, Random(graph, name + "_gamma", 3), Random(graph, name + "_beta", 3), Random(graph, name + "_mean", 3), Positive(graph, name + "_variance", 3)]);
            return graph.Add("Relu", "relu", [graph.Add("Add", "sum", [Normalized(Convolution(graph, x, 3, 3), "first"), Normalized(x, "second")])]);
        }),
        ["a line of one axis"] = () => Graph([4, 9], [2, 4], (graph, x) => graph.Add(
            "MaxPool", "pool", [graph.Add("Conv", "convolution", [x, Random(graph, "weight", 2, 2, 3), Random(graph, "bias", 2)], GraphWriter.Ints("pads", 1, 1), GraphWriter.Int("group", 2))],
            GraphWriter.Ints("kernel_shape", 2), GraphWriter.Ints("strides", 2))),
        ["bounded rectifiers"] = () => Graph([5], [4], (graph, x) => graph.Add("HardSwish", "swish",
            [graph.Add("Clip", "clip", [graph.Add("Elu", "elu", [graph.Add("Gemm", "gemm", [x, Random(graph, "weight", 5, 4)])], GraphWriter.Float("alpha", 0.7)), One(graph, "least", -0.5f), One(graph, "most", 6)])])),
        ["probabilities of classes"] = () => Graph([5], [4], (graph, x) => graph.Add("Softmax", "softmax", [graph.Add("Gemm", "gemm", [x, Random(graph, "weight", 5, 4)])], GraphWriter.Int("axis", -1))),
        ["a convolution of open size"] = () => Graph([2, 0, 0], [3, 0, 0], (graph, x) => Convolution(graph, x, 2, 3)),
    };

    /// <summary>A convolution of a square map whose height and width were exchanged: no layer stands for that.</summary>
    public static ModelProto Turned() => Graph([2, 5, 5], [3, 5, 5], (graph, x) => Convolution(
        graph, graph.Add("Transpose", "turned", [graph.Add("MaxPool", "pool", [x], GraphWriter.Ints("kernel_shape", 1, 1))], GraphWriter.Ints("perm", 0, 1, 3, 2)), 2, 3));

    private static ModelProto Graph(int[] input, int[] output, Func<GraphWriter, string, string> write)
    {
        var proto = new ModelProto { IrVersion = 8, Graph = new GraphProto { Name = "graph" }, OpsetImport = { new OperatorSetIdProto { Version = 17 } } };
        var writer = new GraphWriter(proto.Graph);
        proto.Graph.Input.Add(Describe(writer.Unique("x"), input));
        proto.Graph.Output.Add(Describe(write(writer, "x"), output));
        return proto;
    }

    private static ValueInfoProto Describe(string name, int[] extents)
    {
        var shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "N" } } };
        foreach (var extent in extents)
            shape.Dim.Add(extent > 0 ? new TensorShapeProto.Types.Dimension { DimValue = extent } : new() { DimParam = "size" });
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape } } };
    }

    private static string Convolution(GraphWriter graph, string x, int channels, int outputs) => graph.Add(
        "Conv", $"conv{outputs}", [x, Random(graph, $"conv{outputs}_weight", outputs, channels, 3, 3), Random(graph, $"conv{outputs}_bias", outputs)], GraphWriter.Ints("pads", 1, 1, 1, 1));

    private static string Random(GraphWriter graph, string name, params int[] dims) =>
        graph.Constant(name, PlanCheck.Random(dims.Aggregate(1, (a, b) => a * b), (ulong)name.Length), dims);

    private static string Positive(GraphWriter graph, string name, int length) =>
        graph.Constant(name, Array.ConvertAll(PlanCheck.Random(length, 3), value => 0.5f + value * value), length);

    private static string One(GraphWriter graph, string name, float value) => graph.Constant(name, [value], []);
}
