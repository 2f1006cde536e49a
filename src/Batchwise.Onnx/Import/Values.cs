using System.Collections.Immutable;

namespace Batchwise.Onnx;

/// <summary>What a name of an ONNX graph stands for while the graph is read.</summary>
abstract record OnnxValue;

/// <summary>A tensor that is known.</summary>
sealed record ConstantValue(OnnxTensor Tensor) : OnnxValue;

/// <summary>The output of a layer.</summary>
/// <param name="Node">The layer's node.</param>
/// <param name="View">How ONNX sees its values.</param>
/// <param name="Padding">Zeros around the map that a Pad left for the convolution that reads it.</param>
sealed record ActivationValue(Node Node, ValueView View, Padding Padding = default) : OnnxValue
{
    /// <summary>ONNX's extents of one sample.</summary>
    public ImmutableArray<int> Dims => View.Dims;

    /// <summary>The same values with the node of a flattened map a vector, for layers that treat every value as a channel.</summary>
    public ActivationValue AsVector() => Dims.Length == 1 && Node.Shape.Rank > 1 ? this with { Node = new Node(new Flatten(), [Node]) } : this;

    /// <summary>The same layout of another node's output of the same shape.</summary>
    public ActivationValue With(Node node) => this with { Node = node };
}
