namespace Batchwise;

/// <summary>All that checks ask of a normalization: the one place that knows which layers normalize by a batch.</summary>
static class Normalizations
{
    /// <summary>Whether a node normalizes by stored or batch statistics.</summary>
    public static bool Is(Node node) => node.Layer is ChannelNormalization;

    /// <summary>Whether it uses the batch's statistics in training; without, it is frozen.</summary>
    public static bool UsesBatch(Node node) => Layer(node).UseBatchStatistics;

    /// <summary>Whether its moving averages are meant to follow training.</summary>
    public static bool TracksRun(Node node) => Layer(node).UpdateStatistics;

    /// <summary>Whether training changes gamma and beta.</summary>
    public static bool TrainsAffine(Node node) => Layer(node).TrainAffine;

    /// <summary>Whether a bias before it has no effect in training.</summary>
    public static bool SubtractsBias(Node node) => UsesBatch(node) && Layer(node).SubsumesBias;

    /// <summary>Whether what it gives depends on the variance, and not on the mean alone.</summary>
    public static bool UsesVariance(Node node) => Layer(node).Coefficients(new(0, 1, 0, 1, 0, 2)).FactorPerVariance != 0;

    /// <summary>How many examples of a batch share statistics: all, or those of the smallest part that it is cut into.</summary>
    public static int Together(Node node, int batch) =>
        Enumerable.Range(0, Layer(node).Parts(batch)).Min(part => Layer(node).PartOf(part, batch).Count);

    /// <summary>How many channels have statistics of their own.</summary>
    public static int Channels(Node node) => Layer(node).ChannelsOf(node.Shape);

    /// <summary>Added to the variance.</summary>
    public static double Epsilon(Node node) => Layer(node).Epsilon;

    /// <summary>The weight of a new batch in the moving averages; null where all batches weigh alike.</summary>
    public static double? NewBatchWeight(Node node) => Layer(node).CumulativeAverage ? null : Layer(node).NewBatchWeight;

    /// <summary>Whether the population statistics have been estimated.</summary>
    public static bool HasPopulation(NetworkState state, Node node) =>
        !double.IsNaN(state.StatisticValues(node, ChannelNormalization.PopulationMean)[0]);

    /// <summary>How many batches the moving averages have followed.</summary>
    public static double Updates(NetworkState state, Node node) => state.StatisticValues(node, ChannelNormalization.Updates)[0];

    /// <summary>The means and variances that inference uses, or the moving averages.</summary>
    public static (double[] Mean, double[] Variance) Stored(NetworkState state, Node node, bool moving = false) =>
        StoredStatistics.Choose(state, node, moving ? StatisticsSource.Moving : StatisticsSource.PopulationElseMoving);

    /// <summary>The scales.</summary>
    public static ReadOnlySpan<float> Gamma(NetworkState state, Node node) => state.Parameter($"{state.Network.NameOf(node)}.gamma");

    /// <summary>The shifts.</summary>
    public static ReadOnlySpan<float> Beta(NetworkState state, Node node) => state.Parameter($"{state.Network.NameOf(node)}.beta");

    /// <summary>The same network, in which one normalization uses its stored statistics also where the others use the batch's.</summary>
    public static Network Freeze(Network network, Node frozen) => network.Rewrite((node, inputs) => node == network.InputNode
        ? node
        : new Node(node == frozen ? Layer(node) with { UseBatchStatistics = false } : node.Layer, inputs, network.NameOf(node)));

    private static ChannelNormalization Layer(Node node) => (ChannelNormalization)node.Layer;
}
