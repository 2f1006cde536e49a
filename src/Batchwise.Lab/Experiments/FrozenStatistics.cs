namespace Batchwise.Lab;

/// <summary>Gives frozen normalizations of channels the statistics of the network as it is drawn.</summary>
static class FrozenStatistics
{
    /// <summary>Estimates population statistics with the initial weights and stores them, as moving averages too.</summary>
    /// <param name="state">The newly drawn state of a network whose normalizations are frozen.</param>
    /// <param name="examples">The training examples.</param>
    /// <param name="batch">Examples per batch of the estimate.</param>
    public static void Estimate(NetworkState state, IExamples examples, int batch)
    {
        // The same network, thawed: frozen layers are not estimated.
        var network = state.Network;
        var thawed = NetworkState.Create(network.Rewrite((node, inputs) => node.Layer is ChannelNormalization layer
            ? new Node(layer with { UseBatchStatistics = true }, inputs, network.NameOf(node))
            : null), 0);
        thawed.CopyMatching(state);
        using (var trainer = Trainer.From(thawed, new Sgd(1), threads: 1))
            trainer.EstimatePopulation(examples, batch);
        state.CopyMatching(thawed);
        foreach (var name in network.Nodes.Where(node => node.Layer is ChannelNormalization).Select(network.NameOf))
        {
            state.Statistic($"{name}.populationMean").CopyTo(state.Statistic($"{name}.movingMean"));
            state.Statistic($"{name}.populationVariance").CopyTo(state.Statistic($"{name}.movingVariance"));
        }
    }
}
