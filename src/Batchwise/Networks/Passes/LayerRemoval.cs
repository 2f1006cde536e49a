namespace Batchwise;

/// <summary>Takes layers out of networks: what a layer gave, its input gives then.</summary>
static class LayerRemoval
{
    /// <summary>The network without the layers that are chosen, each of one input and of that input's shape.</summary>
    public static Network Without(Network network, Func<Layer, bool> chosen)
    {
        ArgumentNullException.ThrowIfNull(network);
        return network.Rewrite((node, inputs) => chosen(node.Layer) ? inputs[0] : null);
    }
}
