namespace Batchwise;

/// <summary>All that checks ask of a normalization: the one place that knows which layers normalize by a batch.</summary>
static class Normalizations
{
    /// <summary>Whether a node normalizes by stored or batch statistics.</summary>
    public static bool Is(Node node) => node.Layer is BatchStatisticsLayer { UsesStatistics: true };

    /// <summary>Whether it uses the batch's statistics in training; without, it is frozen.</summary>
    public static bool UsesBatch(Node node) => Of(node).UseBatchStatistics;

    /// <summary>Whether a bias before it has no effect in training.</summary>
    public static bool SubtractsBias(Node node) => UsesBatch(node) && node.Layer.SubsumesBias;

    /// <summary>Whether its moving averages are meant to follow training.</summary>
    public static bool TracksRun(Node node) => Of(node).UpdateStatistics;

    /// <summary>Whether training changes gamma and beta.</summary>
    public static bool TrainsAffine(Node node) => Of(node).TrainAffine;

    /// <summary>Added to the variance.</summary>
    public static double Epsilon(Node node) => Of(node).Epsilon;

    /// <summary>The weight of a new batch in the moving averages; null where all batches weigh alike.</summary>
    public static double? NewBatchWeight(Node node) => Of(node).CumulativeAverage ? null : Of(node).NewBatchWeight;

    /// <summary>Whether what it gives depends on the variance, and not on the mean alone.</summary>
    public static bool UsesVariance(Node node) => node.Layer is not ChannelNormalization layer || FactorAt(layer, 1) != FactorAt(layer, 2);

    /// <summary>How many channels have statistics of their own.</summary>
    public static int Channels(Node node) => Of(node).ChannelsOf(node.Shape);

    /// <summary>How many examples of a batch share statistics: all, or those of the smallest part that it is cut into.</summary>
    public static int Together(Node node, int batch) => node.Layer is ChannelNormalization layer
        ? Enumerable.Range(0, layer.Parts(batch)).Min(part => layer.PartOf(part, batch).Count)
        : batch;

    /// <summary>Whether the population statistics have been estimated.</summary>
    public static bool HasPopulation(NetworkState state, Node node) =>
        !double.IsNaN(state.StatisticValues(node, BatchStatisticsLayer.PopulationMean)[0]);

    /// <summary>How many batches the moving averages have followed.</summary>
    public static double Updates(NetworkState state, Node node) => state.StatisticValues(node, BatchStatisticsLayer.Updates)[0];

    /// <summary>The means and variances that inference uses, or the moving averages.</summary>
    public static (double[] Mean, double[] Variance) Stored(NetworkState state, Node node, bool moving = false) =>
        StoredStatistics.Choose(state, node, moving ? StatisticsSource.Moving : StatisticsSource.PopulationElseMoving);

    /// <summary>The scales.</summary>
    public static ReadOnlySpan<float> Gamma(NetworkState state, Node node) => state.Parameter($"{state.Network.NameOf(node)}.gamma");

    /// <summary>The same network, in which one normalization uses its stored statistics also where the others use the batch's.</summary>
    public static Network Freeze(Network network, Node frozen) => network.Rewrite((node, inputs) => node == network.InputNode
        ? node
        : new Node(node == frozen ? Of(node) with { UseBatchStatistics = false } : node.Layer, inputs, network.NameOf(node)));

    private static double FactorAt(ChannelNormalization layer, double variance) => layer.StoredCoefficients(0, variance, 0).Factor;

    private static BatchStatisticsLayer Of(Node node) => (BatchStatisticsLayer)node.Layer;
}
