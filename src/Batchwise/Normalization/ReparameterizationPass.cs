namespace Batchwise;

/// <summary>Lets networks train other parameters in place of their weights.</summary>
public static class ReparameterizationPass
{
    /// <summary>
    /// The network with weight normalization, w = g v / ||v||, of its dense layers and convolutions (Salimans and Kingma, arXiv 1602.07868).
    /// </summary>
    /// <param name="network">The network; it is left as it is.</param>
    /// <param name="where">Chooses layers by their name. Default: all, the last too, as in the paper.</param>
    /// <exception cref="ArgumentException">There is no layer to take, or one of them is reparameterized already.</exception>
    public static Network WithWeightNormalization(this Network network, Func<string, bool>? where = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        return With(network, new WeightNormalization(), where ?? (_ => true));
    }

    /// <summary>
    /// The network with weight standardization of its dense layers and convolutions (Qiao et al., arXiv 1903.10520).
    /// </summary>
    /// <param name="network">The network; it is left as it is.</param>
    /// <param name="layer">Its epsilon; null for the default.</param>
    /// <param name="where">
    /// Chooses layers by their name. Default: all but the network's output, which the paper leaves plain: without a
    /// gain it could not scale its values.
    /// </param>
    /// <exception cref="ArgumentException">There is no layer to take, or one of them is reparameterized already.</exception>
    public static Network WithWeightStandardization(this Network network, WeightStandardization? layer = null, Func<string, bool>? where = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        return With(network, layer ?? new WeightStandardization(), where ?? (name => name != network.NameOf(network.Output)));
    }

    private static Network With(Network network, Reparameterization reparameterization, Func<string, bool> where)
    {
        var chosen = network.Nodes.Where(node => node.Layer is LinearLayer && where(network.NameOf(node))).ToHashSet();
        if (chosen.Count == 0)
        {
            var all = network.Nodes.Where(node => node.Layer is LinearLayer).Select(network.NameOf).ToArray();
            throw new ArgumentException(all.Length == 0
                ? "The network has no dense layer or convolution whose weight could be reparameterized."
                : $"No layer was chosen to be reparameterized; the network has {string.Join(", ", all)}.");
        }
        foreach (var node in chosen)
        {
            if (((LinearLayer)node.Layer).Reparameterization != Reparameterization.None)
                throw new ArgumentException($"'{network.NameOf(node)}' is reparameterized already: choose other layers by where.");
        }
        return network.Rewrite((node, inputs) =>
            chosen.Contains(node) ? new Node((LinearLayer)node.Layer with { Reparameterization = reparameterization }, inputs, node.ExplicitName) : null);
    }
}
