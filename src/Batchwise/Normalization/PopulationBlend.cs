namespace Batchwise;

/// <summary>Mixes the population statistics of one state into another's, value by value.</summary>
static class PopulationBlend
{
    private const string Population = "population";
    private const string Moving = "moving";

    /// <summary>statistic = (1 - weight) old + weight new, for every population statistic of a layer.</summary>
    /// <param name="old">Has the old statistics: the population's, else the moving averages. It stays as it is.</param>
    /// <param name="state">Has the new ones, and receives the mixture.</param>
    /// <param name="node">The layer; both states are of its network, or of one that differs in what is frozen.</param>
    /// <param name="weight">The weight of the new statistics, in [0, 1].</param>
    public static void Blend(NetworkState old, NetworkState state, Node node, double weight)
    {
        foreach (var (population, moving) in Pairs(node))
        {
            var before = old.StatisticValues(node, population);
            if (double.IsNaN(before[0]))
                before = old.StatisticValues(node, moving);
            var values = state.StatisticValues(node, population);
            for (var i = 0; i < values.Length; i++)
                values[i] = (1 - weight) * before[i] + weight * values[i];
        }
    }

    /// <summary>Makes a layer's moving averages the same as its population statistics.</summary>
    public static void RestartMoving(NetworkState state, Node node)
    {
        foreach (var (population, moving) in Pairs(node))
            state.StatisticValues(node, population).CopyTo(state.StatisticValues(node, moving), 0);
    }

    /// <summary>Each population statistic and the moving average of the same quantity: populationMean, movingMean.</summary>
    private static IEnumerable<(string Population, string Moving)> Pairs(Node node) =>
        from spec in node.Statistics
        where spec.Role == StatisticRole.Population && spec.Name.StartsWith(Population, StringComparison.Ordinal)
        let moving = Moving + spec.Name[Population.Length..]
        where node.Statistics.Any(other => other.Name == moving)
        select (spec.Name, moving);
}
