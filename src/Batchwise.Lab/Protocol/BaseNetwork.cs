namespace Batchwise.Lab;

/// <summary>The network that methods are put into.</summary>
public static class BaseNetwork
{
    /// <summary>Section 4.1's: 784-100-100-100-10 with sigmoids, its weights drawn from a Gaussian of deviation 0.1.</summary>
    public static Network Standard(Shape input, int classes) => new Figure1Settings().CreateNetwork(input, classes, batchNormalized: false);

    /// <summary>
    /// A network without its normalizations of channels and the affine maps that folding leaves; a dense layer or convolution that had no
    /// bias because beta took its place gets it back.
    /// </summary>
    /// <param name="network">The network; it is left as it is.</param>
    /// <returns>The network, and the names of the layers that went.</returns>
    public static (Network Network, IReadOnlyList<string> Removed) Strip(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var removed = network.Nodes.Where(node => IsNormalization(node.Layer)).ToHashSet();
        var stripped = network.Rewrite((node, inputs) =>
            removed.Contains(node) ? inputs[0]
            : node.Layer is LinearLayer { Bias: false } linear && network.ConsumersOf(node).Any(removed.Contains) ? new Node(linear with { Bias = true }, inputs, node.ExplicitName)
            : null);
        return (stripped, [.. removed.Select(network.NameOf)]);
    }

    private static bool IsNormalization(Layer layer) => layer is BatchStatisticsLayer or SampleNormalization or ChannelAffine;
}
