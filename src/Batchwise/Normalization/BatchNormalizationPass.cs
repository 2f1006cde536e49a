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
    public static Network WithBatchNormalization(this Network network, BatchNormalization? layer = null, Func<string, bool>? where = null) =>
        network.WithNormalization(layer ?? new BatchNormalization(), where);
}
