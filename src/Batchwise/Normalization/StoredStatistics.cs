namespace Batchwise;

/// <summary>The statistics that a state keeps for one batch normalization, and where a run stages their next values.</summary>
sealed class StoredStatistics
{
    private readonly string name;
    private readonly double[] movingMean;
    private readonly double[] movingVariance;
    private readonly double[] populationMean;
    private readonly double[] populationVariance;
    private readonly double[] updates;
    private readonly double[]? nextMean;
    private readonly double[]? nextVariance;
    private readonly double[]? nextUpdates;
    private readonly BatchNormalization layer;
    private readonly NetworkMode mode;

    public StoredStatistics(Node node, PlanBuilder builder)
    {
        layer = (BatchNormalization)node.Layer;
        mode = builder.Mode;
        name = builder.NameOf(node);
        double[] Values(string statistic) => builder.State.StatisticValues(node, statistic);
        (movingMean, movingVariance) = (Values(BatchNormalization.MovingMean), Values(BatchNormalization.MovingVariance));
        (populationMean, populationVariance) = (Values(BatchNormalization.PopulationMean), Values(BatchNormalization.PopulationVariance));
        updates = Values(BatchNormalization.Updates);
        if (!layer.UsesBatch(mode))
            return;
        if (mode == NetworkMode.Statistics)
        {
            nextMean = builder.Stage(node, BatchNormalization.PopulationMean);
            nextVariance = builder.Stage(node, BatchNormalization.PopulationVariance);
        }
        else if (layer.UpdateStatistics)
        {
            nextMean = builder.Stage(node, BatchNormalization.MovingMean);
            nextVariance = builder.Stage(node, BatchNormalization.MovingVariance);
            nextUpdates = builder.Stage(node, BatchNormalization.Updates);
        }
    }

    /// <summary>The stored means and variances that inference uses, all channels.</summary>
    /// <exception cref="InvalidOperationException">Population statistics are asked for and have not been estimated.</exception>
    public (double[] Mean, double[] Variance) Choose(StatisticsSource source)
    {
        var estimated = !double.IsNaN(populationMean[0]);
        if (source == StatisticsSource.Population && !estimated)
            throw BatchNormalization.NoPopulation(name);
        return source != StatisticsSource.Moving && estimated ? (populationMean, populationVariance) : (movingMean, movingVariance);
    }

    /// <summary>Stages what a batch's moments make of some channels' statistics.</summary>
    /// <param name="column">The first channel.</param>
    /// <param name="mean">The batch's means.</param>
    /// <param name="squares">Its sums of squared deviations.</param>
    /// <param name="m">How many values a channel has.</param>
    /// <returns>Whether all of them are finite.</returns>
    public bool Stage(int column, ReadOnlySpan<double> mean, ReadOnlySpan<double> squares, double m)
    {
        if (nextMean is null || nextVariance is null)
            return true;
        var weight = mode == NetworkMode.Statistics ? 1 : layer.WeightAfter(updates[0]);
        var finite = true;
        for (var c = 0; c < mean.Length; c++)
        {
            var place = column + c;
            var variance = squares[c] / (m - 1);
            nextMean[place] = mode == NetworkMode.Statistics ? mean[c] : (1 - weight) * movingMean[place] + weight * mean[c];
            nextVariance[place] = mode == NetworkMode.Statistics ? variance : (1 - weight) * movingVariance[place] + weight * variance;
            finite &= double.IsFinite(nextMean[place]) && double.IsFinite(nextVariance[place]);
        }
        if (nextUpdates is not null)
            nextUpdates[0] = updates[0] + 1;
        return finite;
    }

    /// <summary>Refuses a batch that leaves a channel one value where the batch's statistics are used.</summary>
    public void RequireEnough(int count, int values, Shape shape)
    {
        if (values < 2)
            throw BatchNormalization.TooFewValues(name, count, shape);
    }
}
