using System.Collections.Immutable;

namespace Batchwise.Onnx;

/// <summary>Reads one node: its outputs in order, as many of them as are read.</summary>
delegate OnnxValue[] OperatorReader(OnnxNode node, GraphReader graph);

/// <summary>The operators of ONNX that are read.</summary>
static class Operators
{
    public static ImmutableSortedDictionary<string, OperatorReader> All { get; } = new Dictionary<string, OperatorReader>
    {
        ["Add"] = ArithmeticOperators.Add,
        ["Sum"] = ArithmeticOperators.Sum,
        ["Sub"] = ArithmeticOperators.Subtract,
        ["Mul"] = ArithmeticOperators.Multiply,
        ["Div"] = ArithmeticOperators.Divide,
        ["Relu"] = (node, graph) => ActivationOperators.Pointwise(node, graph, new Relu()),
        ["Tanh"] = (node, graph) => ActivationOperators.Pointwise(node, graph, new Tanh()),
        ["Sigmoid"] = ActivationOperators.Sigmoid,
        ["LeakyRelu"] = ActivationOperators.LeakyRelu,
        ["PRelu"] = ActivationOperators.PRelu,
        ["Clip"] = ActivationOperators.Clip,
        ["Elu"] = ActivationOperators.Elu,
        ["Gelu"] = ActivationOperators.Gelu,
        ["HardSigmoid"] = ActivationOperators.HardSigmoid,
        ["HardSwish"] = (node, graph) => ActivationOperators.Pointwise(node, graph, new HardSwish()),
        ["Softmax"] = ActivationOperators.Softmax,
        ["LogSoftmax"] = ActivationOperators.Softmax,
        ["Gemm"] = ProductOperators.Gemm,
        ["MatMul"] = ProductOperators.MatMul,
        ["Conv"] = ProductOperators.Conv,
        ["Pad"] = ProductOperators.Pad,
        ["MaxPool"] = PoolOperators.MaxPool,
        ["AveragePool"] = PoolOperators.AveragePool,
        ["GlobalAveragePool"] = (node, graph) => PoolOperators.Global(node, graph, new GlobalAveragePool()),
        ["GlobalMaxPool"] = (node, graph) => PoolOperators.Global(node, graph, new GlobalMaxPool()),
        ["ReduceMean"] = (node, graph) => PoolOperators.Reduce(node, graph, new GlobalAveragePool()),
        ["ReduceMax"] = (node, graph) => PoolOperators.Reduce(node, graph, new GlobalMaxPool()),
        ["BatchNormalization"] = NormalizationOperators.Batch,
        ["InstanceNormalization"] = NormalizationOperators.Instance,
        ["LayerNormalization"] = NormalizationOperators.Layer,
        ["GroupNormalization"] = NormalizationOperators.Group,
        ["LRN"] = NormalizationOperators.LocalResponse,
        ["Identity"] = (node, _) => [node.Input(0)],
        ["Dropout"] = ShapeOperators.Dropout,
        ["Flatten"] = ShapeOperators.Flatten,
        ["Reshape"] = ShapeOperators.Reshape,
        ["Squeeze"] = ShapeOperators.Squeeze,
        ["Unsqueeze"] = ShapeOperators.Unsqueeze,
        ["Transpose"] = ShapeOperators.Transpose,
        ["Concat"] = ShapeOperators.Concat,
        ["Shape"] = ConstantOperators.Shape,
        ["Constant"] = ConstantOperators.Constant,
        ["ConstantOfShape"] = ConstantOperators.ConstantOfShape,
        ["Cast"] = ConstantOperators.Cast,
        ["Gather"] = ConstantOperators.Gather,
        ["Slice"] = ConstantOperators.Slice,
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);
}
