namespace Batchwise;

/// <summary>Inserts batch normalization into networks: the first step of Algorithm 2.</summary>
public static class BatchNormalizationPass
{
    /// <summary>Adds a batch normalization at the end of a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="layer">Its settings; null for the defaults.</param>
    /// <param name="name">The layer's name; null numbers it.</param>
    public static Network BatchNormalization(this Network network, BatchNormalization? layer = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        return network.Then(layer ?? new BatchNormalization(), name);
    }

    /// <summary>
    /// The network with a batch normalization on the input of each nonlinearity, z = g(BN(W u)), and without the biases
    /// that its beta subsumes (paper, Algorithm 2 lines 1 to 5 and section 3.2).
    /// </summary>
    /// <param name="network">The network; it is left as it is.</param>
    /// <param name="layer">The settings of all inserted layers; null for the defaults.</param>
    /// <param name="where">Chooses nonlinearities by their name; null takes all.</param>
    /// <exception cref="ArgumentException">There is no nonlinearity to normalize, or one of them is normalized already.</exception>
    public static Network WithBatchNormalization(this Network network, BatchNormalization? layer = null, Func<string, bool>? where = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        var chosen = network.Nodes.Where(node => IsNonlinearity(node.Layer) && (where is null || where(network.NameOf(node)))).ToHashSet();
        if (chosen.Count == 0)
        {
            var all = network.Nodes.Where(node => IsNonlinearity(node.Layer)).Select(network.NameOf).ToArray();
            throw new ArgumentException(all.Length == 0
                ? "The network has no nonlinearity to normalize: batch normalization goes before an activation (Sigmoid, Relu, ...); to put it elsewhere use BatchNormalization()."
                : $"No nonlinearity was chosen; the network has {string.Join(", ", all)}.");
        }
        foreach (var node in chosen)
        {
            if (node.Inputs[0].Layer is BatchNormalization)
                throw new ArgumentException($"The input of '{network.NameOf(node)}' is normalized already.");
        }

        // Of a dense layer whose output goes to normalizations alone, beta takes the bias's place.
        bool LosesBias(Node node) => node.Layer is Dense { Bias: true } && node != network.Output
            && network.ConsumersOf(node) is { Length: > 0 } consumers && consumers.All(chosen.Contains);
        var normalized = new Dictionary<Node, Node>();
        return network.Rewrite((node, inputs) =>
        {
            if (LosesBias(node))
                return new Node((Dense)node.Layer with { Bias = false }, inputs, node.ExplicitName);
            if (!chosen.Contains(node))
                return null;
            // Two nonlinearities on one value share its normalization.
            if (!normalized.TryGetValue(inputs[0], out var normalization))
                normalized[inputs[0]] = normalization = new Node(layer ?? new BatchNormalization(), [inputs[0]]);
            return new Node(node.Layer, [normalization], node.ExplicitName);
        });
    }

    private static bool IsNonlinearity(Layer layer) => layer is Activation or Prelu;
}
