namespace Batchwise;

/// <summary>Mixes population statistics of one state into another's, channel by channel.</summary>
static class PopulationBlend
{
    /// <summary>statistic = (1 - weight) old + weight new, for mean and variance, of one normalization.</summary>
    /// <param name="old">Has the old statistics: the population's, else the moving averages. It stays as it is.</param>
    /// <param name="state">Has the new ones, and receives the mixture.</param>
    /// <param name="node">The normalization; both states are of its network.</param>
    /// <param name="weight">The weight of the new statistics, in [0, 1].</param>
    public static void Blend(NetworkState old, NetworkState state, Node node, double weight)
    {
        var (oldMean, oldVariance) = StoredStatistics.Choose(old, node, StatisticsSource.PopulationElseMoving);
        var (mean, variance) = StoredStatistics.Choose(state, node, StatisticsSource.Population);
        for (var c = 0; c < mean.Length; c++)
        {
            mean[c] = (1 - weight) * oldMean[c] + weight * mean[c];
            variance[c] = (1 - weight) * oldVariance[c] + weight * variance[c];
        }
    }

    /// <summary>Makes a normalization's moving averages the same as its population statistics.</summary>
    public static void RestartMoving(NetworkState state, Node node)
    {
        var (mean, variance) = StoredStatistics.Choose(state, node, StatisticsSource.Population);
        var (movingMean, movingVariance) = StoredStatistics.Choose(state, node, StatisticsSource.Moving);
        mean.CopyTo(movingMean, 0);
        variance.CopyTo(movingVariance, 0);
    }
}
