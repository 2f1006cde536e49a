using Batchwise.Kernels;

namespace Batchwise;

/// <summary>The statistics that a state keeps for one whitening, and where a run stages their next values.</summary>
sealed class WhiteningStatistics
{
    private readonly string name;
    private readonly Whitening layer;
    private readonly WhiteningGroups groups;
    private readonly NetworkMode mode;
    private readonly Set moving;
    private readonly Set population;
    private readonly double[] updates;
    private readonly Set? next;
    private readonly double[]? nextUpdates;

    public WhiteningStatistics(Node node, PlanBuilder builder)
    {
        layer = (Whitening)node.Layer;
        groups = layer.GroupsOf(node.Shape.Channels);
        mode = builder.Mode;
        name = builder.NameOf(node);
        double[] Values(string statistic) => builder.State.StatisticValues(node, statistic);
        moving = Moving(groups, Values);
        population = Population(groups, Values);
        updates = Values(BatchStatisticsLayer.Updates);
        if (!layer.UsesBatch(mode))
            return;
        double[] Stage(string statistic) => builder.Stage(node, statistic);
        if (mode == NetworkMode.Statistics)
        {
            next = Population(groups, Stage);
        }
        else if (layer.UpdateStatistics)
        {
            next = Moving(groups, Stage);
            nextUpdates = Stage(BatchStatisticsLayer.Updates);
        }
    }

    /// <summary>What inference uses: means, variances, covariances of different channels of a group.</summary>
    public sealed record Set(double[] Mean, double[] Variance, double[] Covariance);

    /// <summary>The stored statistics that inference uses.</summary>
    /// <exception cref="InvalidOperationException">Population statistics are asked for and have not been estimated.</exception>
    public Set Choose(StatisticsSource source) => BatchStatisticsLayer.UsesPopulation(population.Mean, source, name) ? population : moving;

    /// <summary>The same for a node of a state.</summary>
    public static Set Choose(NetworkState state, Node node, StatisticsSource source)
    {
        double[] Values(string statistic) => state.StatisticValues(node, statistic);
        var groups = ((Whitening)node.Layer).GroupsOf(node.Shape.Channels);
        return BatchStatisticsLayer.UsesPopulation(Values(BatchStatisticsLayer.PopulationMean), source, state.Network.NameOf(node))
            ? Population(groups, Values)
            : Moving(groups, Values);
    }

    /// <summary>Stages what a batch makes of a group's statistics.</summary>
    /// <param name="group">The group.</param>
    /// <param name="mean">The batch's means: one per channel of the group.</param>
    /// <param name="products">Its sums of products of deviations: a <see cref="GroupMatrix"/>.</param>
    /// <param name="m">How many values a channel has.</param>
    public void Stage(int group, ReadOnlySpan<double> mean, ReadOnlySpan<double> products, double m)
    {
        if (next is null)
            return;
        var weight = mode == NetworkMode.Statistics ? 1 : layer.WeightAfter(updates[0]);
        var (first, pair) = (groups.First(group), groups.FirstPair(group));
        for (var i = 0; i < mean.Length; i++)
        {
            Put(next.Mean, moving.Mean, first + i, mean[i], weight);
            Put(next.Variance, moving.Variance, first + i, products[i * GroupMatrix.Width + i] / (m - 1), weight);
            for (var j = 0; j < i; j++, pair++)
                Put(next.Covariance, moving.Covariance, pair, products[i * GroupMatrix.Width + j] / (m - 1), weight);
        }
        if (nextUpdates is not null)
            nextUpdates[0] = updates[0] + 1;
    }

    private static void Put(double[] target, double[] old, int place, double value, double weight) =>
        target[place] = weight == 1 ? value : (1 - weight) * old[place] + weight * value;

    private static Set Moving(WhiteningGroups groups, Func<string, double[]> values) => new(
        values(BatchStatisticsLayer.MovingMean), values(BatchStatisticsLayer.MovingVariance), groups.Pairs == 0 ? [] : values(Whitening.MovingCovariance));

    private static Set Population(WhiteningGroups groups, Func<string, double[]> values) => new(
        values(BatchStatisticsLayer.PopulationMean), values(BatchStatisticsLayer.PopulationVariance), groups.Pairs == 0 ? [] : values(Whitening.PopulationCovariance));
}
