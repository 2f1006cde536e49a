using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>How many values of a channel a batch gives where normalizations are inserted: before nonlinearities.</summary>
static class NormalizedValues
{
    /// <summary>The shapes before a network's nonlinearities, from the input on.</summary>
    public static ImmutableArray<Shape> Shapes(Network network) =>
        [.. network.Nodes.Where(node => node.Layer is Activation or Prelu).Select(node => node.Inputs[0].Shape)];

    /// <summary>Places of a shape: height x width of maps, 1 of vectors.</summary>
    public static int Places(Shape shape) => shape.Size / shape.Channels;

    /// <summary>The fewest values per channel, m = N x height x width, that a batch gives a normalization; the batch itself on vectors.</summary>
    public static long Fewest(Network network, int batch) => (long)batch * Shapes(network).Select(Places).DefaultIfEmpty(1).Min();
}
