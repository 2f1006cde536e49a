namespace Batchwise;

/// <summary>The statistics that a state keeps for one normalization, and where a run stages their next values.</summary>
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
    private readonly ChannelNormalization layer;
    private readonly NetworkMode mode;

    public StoredStatistics(Node node, PlanBuilder builder)
    {
        layer = (ChannelNormalization)node.Layer;
        mode = builder.Mode;
        name = builder.NameOf(node);
        double[] Values(string statistic) => layer.UsesStatistics ? builder.State.StatisticValues(node, statistic) : [];
        (movingMean, movingVariance) = (Values(BatchStatisticsLayer.MovingMean), Values(BatchStatisticsLayer.MovingVariance));
        (populationMean, populationVariance) = (Values(BatchStatisticsLayer.PopulationMean), Values(BatchStatisticsLayer.PopulationVariance));
        updates = Values(BatchStatisticsLayer.Updates);
        if (!layer.UsesBatch(mode))
            return;
        if (mode == NetworkMode.Statistics)
        {
            nextMean = builder.Stage(node, BatchStatisticsLayer.PopulationMean);
            nextVariance = builder.Stage(node, BatchStatisticsLayer.PopulationVariance);
        }
        else if (layer.UpdateStatistics)
        {
            nextMean = builder.Stage(node, BatchStatisticsLayer.MovingMean);
            nextVariance = builder.Stage(node, BatchStatisticsLayer.MovingVariance);
            nextUpdates = builder.Stage(node, BatchStatisticsLayer.Updates);
        }
    }

    /// <summary>The stored means and variances that inference uses, all channels of a node of a state.</summary>
    /// <exception cref="InvalidOperationException">Population statistics are asked for and have not been estimated.</exception>
    public static (double[] Mean, double[] Variance) Choose(NetworkState state, Node node, StatisticsSource source)
    {
        double[] Values(string statistic) => state.StatisticValues(node, statistic);
        return BatchStatisticsLayer.UsesPopulation(Values(BatchStatisticsLayer.PopulationMean), source, state.Network.NameOf(node))
            ? (Values(BatchStatisticsLayer.PopulationMean), Values(BatchStatisticsLayer.PopulationVariance))
            : (Values(BatchStatisticsLayer.MovingMean), Values(BatchStatisticsLayer.MovingVariance));
    }

    /// <summary>All channels of a node of a state as stored statistics normalize them.</summary>
    /// <exception cref="InvalidOperationException">Population statistics are asked for and have not been estimated.</exception>
    public static NormalizedChannel[] ChannelsOf(NetworkState state, Node node, StatisticsSource source)
    {
        var layer = (ChannelNormalization)node.Layer;
        var result = new NormalizedChannel[layer.ChannelsOf(node.Shape)];
        if (!layer.UsesStatistics)
        {
            result.AsSpan().Fill(layer.WithoutStatistics);
            return result;
        }
        var (mean, variance) = Choose(state, node, source);
        var updates = state.StatisticValues(node, BatchStatisticsLayer.Updates)[0];
        for (var c = 0; c < result.Length; c++)
            result[c] = new(layer.StoredCoefficients(mean[c], variance[c], updates), mean[c], variance[c]);
        return result;
    }

    /// <summary>Some channels as stored statistics normalize them.</summary>
    /// <param name="source">Which statistics.</param>
    /// <param name="column">The first channel.</param>
    /// <param name="channels">Receives the channels.</param>
    /// <exception cref="InvalidOperationException">Population statistics are asked for and have not been estimated.</exception>
    public void Take(StatisticsSource source, int column, Span<NormalizedChannel> channels)
    {
        if (!layer.UsesStatistics)
        {
            channels.Fill(layer.WithoutStatistics);
            return;
        }
        var (mean, variance) = BatchStatisticsLayer.UsesPopulation(populationMean, source, name) ? (populationMean, populationVariance) : (movingMean, movingVariance);
        for (var c = 0; c < channels.Length; c++)
        {
            var (channelMean, channelVariance) = (mean[column + c], variance[column + c]);
            channels[c] = new(layer.StoredCoefficients(channelMean, channelVariance, updates[0]), channelMean, channelVariance);
        }
    }

    /// <summary>Some channels as a batch's moments normalize them.</summary>
    /// <param name="column">The first channel.</param>
    /// <param name="mean">The batch's means.</param>
    /// <param name="squares">Its sums of squared deviations.</param>
    /// <param name="m">How many values a channel has.</param>
    /// <param name="channels">Receives the channels.</param>
    public void Take(int column, ReadOnlySpan<double> mean, ReadOnlySpan<double> squares, int m, Span<NormalizedChannel> channels)
    {
        for (var c = 0; c < channels.Length; c++)
        {
            var variance = squares[c] / m;
            var moments = new ChannelMoments(mean[c], variance, movingMean[column + c], movingVariance[column + c], (long)updates[0], m);
            channels[c] = new(layer.Coefficients(moments), mean[c], variance);
        }
    }

    /// <summary>Stages what the moments of a part of the batch make of some channels' statistics, one part after another.</summary>
    /// <param name="column">The first channel.</param>
    /// <param name="mean">The part's means.</param>
    /// <param name="squares">Its sums of squared deviations.</param>
    /// <param name="m">How many values a channel has in it.</param>
    /// <param name="part">Which part.</param>
    /// <param name="count">The samples of the batch.</param>
    public void Stage(int column, ReadOnlySpan<double> mean, ReadOnlySpan<double> squares, double m, int part, int count)
    {
        if (nextMean is null || nextVariance is null)
            return;
        // Of a statistics pass, parts are averaged by their samples; in training each is taken in turn.
        var (old, weight) = mode == NetworkMode.Statistics
            ? (part == 0 ? 0 : 1, (double)layer.PartOf(part, count).Count / count)
            : (1 - layer.WeightAfter(updates[0] + part), layer.WeightAfter(updates[0] + part));
        var (oldMean, oldVariance) = part == 0 ? (movingMean, movingVariance) : (nextMean, nextVariance);
        for (var c = 0; c < mean.Length; c++)
        {
            var place = column + c;
            var variance = squares[c] / (m - 1);
            nextMean[place] = (old == 0 ? 0 : old * oldMean[place]) + weight * mean[c];
            nextVariance[place] = (old == 0 ? 0 : old * oldVariance[place]) + weight * variance;
        }
        if (nextUpdates is not null)
            nextUpdates[0] = updates[0] + layer.Parts(count);
    }

    /// <summary>Refuses a batch that leaves a channel one value where the batch's statistics are used.</summary>
    public void RequireEnough(int count, int values, Shape shape)
    {
        if (values < 2)
            throw ChannelNormalization.TooFewValues(name, count, shape);
    }
}
