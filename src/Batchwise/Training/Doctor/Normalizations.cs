namespace Batchwise;

/// <summary>All that checks ask of a normalization: the one place that knows which layers normalize by a batch.</summary>
static class Normalizations
{
    /// <summary>Whether a node normalizes by stored or batch statistics.</summary>
    public static bool Is(Node node) => node.Layer is ChannelNormalization { UsesStatistics: true } or Whitening;

    /// <summary>Whether it uses the batch's statistics in training; without, it is frozen.</summary>
    public static bool UsesBatch(Node node) => Choose(node, layer => layer.UseBatchStatistics, layer => layer.UseBatchStatistics);

    /// <summary>Whether a bias before it has no effect in training.</summary>
    public static bool SubtractsBias(Node node) => UsesBatch(node) && node.Layer.SubsumesBias;

    /// <summary>Whether its moving averages are meant to follow training.</summary>
    public static bool TracksRun(Node node) => Choose(node, layer => layer.UpdateStatistics, layer => layer.UpdateStatistics);

    /// <summary>Whether training changes gamma and beta.</summary>
    public static bool TrainsAffine(Node node) => Choose(node, layer => layer.TrainAffine, layer => layer.TrainAffine);

    /// <summary>Added to the variance.</summary>
    public static double Epsilon(Node node) => Choose(node, layer => layer.Epsilon, layer => layer.Epsilon);

    /// <summary>The weight of a new batch in the moving averages; null where all batches weigh alike.</summary>
    public static double? NewBatchWeight(Node node) => Choose<double?>(
        node, layer => layer.CumulativeAverage ? null : layer.NewBatchWeight, layer => layer.CumulativeAverage ? null : layer.NewBatchWeight);

    /// <summary>Whether what it gives depends on the variance, and not on the mean alone.</summary>
    public static bool UsesVariance(Node node) => Choose(node, layer => FactorAt(layer, 1) != FactorAt(layer, 2), _ => true);

    /// <summary>How many channels have statistics of their own.</summary>
    public static int Channels(Node node) => Choose(node, layer => layer.ChannelsOf(node.Shape), _ => node.Shape.Channels);

    /// <summary>How many examples of a batch share statistics: all, or those of the smallest part that it is cut into.</summary>
    public static int Together(Node node, int batch) => Choose(
        node, layer => Enumerable.Range(0, layer.Parts(batch)).Min(part => layer.PartOf(part, batch).Count), _ => batch);

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

    /// <summary>The same network, in which one normalization uses its stored statistics also where the others use the batch's.</summary>
    public static Network Freeze(Network network, Node frozen) => network.Rewrite((node, inputs) => node == network.InputNode
        ? node
        : new Node(node == frozen ? Frozen(node) : node.Layer, inputs, network.NameOf(node)));

    private static Layer Frozen(Node node) => Choose<Layer>(
        node, layer => layer with { UseBatchStatistics = false }, layer => layer with { UseBatchStatistics = false });

    private static double FactorAt(ChannelNormalization layer, double variance) => layer.StoredCoefficients(0, variance, 0).Factor;

    private static T Choose<T>(Node node, Func<ChannelNormalization, T> channels, Func<Whitening, T> whitening) =>
        node.Layer is Whitening layer ? whitening(layer) : channels((ChannelNormalization)node.Layer);
}
