namespace Batchwise.Tests.Networks;

/// <summary>Shorthands for running networks by their references.</summary>
internal static class References
{
    /// <summary>
    /// A reference whose parameters and stored statistics are all random: none at its tame first value, gamma of either
    /// sign, variances positive, population statistics not estimated.
    /// </summary>
    public static ReferenceNetwork Random(Network network, int capacity, NetworkMode mode = NetworkMode.Training)
    {
        var reference = new ReferenceNetwork(network, capacity, mode);
        var stream = 1000ul;
        foreach (var node in network.Nodes)
        {
            var pass = reference.Pass(node);
            for (var i = 0; i < pass.ParameterCount; i++)
                Numbers.Normal(pass.Parameter(i).Length, stream++).CopyTo(pass.Parameter(i));
            for (var i = 0; i < pass.StatisticCount; i++)
            {
                var values = Numbers.Normal(pass.Statistic(i).Length, stream++);
                if (node.Statistics[i].Role == StatisticRole.Population)
                    continue;
                if (node.Statistics[i].Name == BatchNormalization.MovingVariance)
                    values = Array.ConvertAll(values, value => 0.5 + value * value);
                // Small beside the variances, so that they belong to a covariance matrix.
                if (node.Statistics[i].Name == Whitening.MovingCovariance)
                    values = Array.ConvertAll(values, value => 0.1 * value);
                if (node.Statistics[i].Name == BatchNormalization.Updates)
                    values = [3];
                values.CopyTo(pass.Statistic(i));
            }
        }
        return reference;
    }

    /// <summary>The pass of the layer of a given name.</summary>
    public static ReferencePass Pass(this ReferenceNetwork reference, string layer) => reference.Pass(reference.Network[layer]);

    /// <summary>Commits the statistics that the last run wrote, as a trainer does.</summary>
    public static void Commit(this ReferenceNetwork reference)
    {
        foreach (var node in reference.Network.Nodes)
        {
            var pass = reference.Pass(node);
            for (var i = 0; i < pass.StatisticCount; i++)
                pass.NewStatistic(i).CopyTo(pass.Statistic(i));
        }
    }
}
