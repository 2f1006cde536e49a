namespace Batchwise;

/// <summary>
/// Normalization of each channel by statistics of the batch: y = gamma xHat + beta, xHat = (x - Center) Factor + Offset.
/// Batch normalization and its relatives differ in <see cref="Coefficients"/> alone, so one that you derive runs in the same
/// kernels, folds into the weights and is estimated like ours.
/// </summary>
/// <remarks>
/// <para>Shapes: x, y: [N, ..., C]; gamma, beta and every statistic: [C]. The statistics run over m = N x positions values of
/// a channel: the batch for vectors, batch x height x width for maps.</para>
/// <para>Parameters: gamma (1 at the start), beta (0). State: moving mean and variance, population mean and variance.</para>
/// <para>Which statistics the coefficients are made of:</para>
/// <list type="table">
/// <item><term>training</term><description>mean and <i>biased</i> variance of the batch, and the moving averages before it. The
/// moving averages take the batch's mean and <i>unbiased</i> variance, m / (m - 1), with weight <see cref="BatchStatisticsLayer.NewBatchWeight"/>.</description></item>
/// <item><term>statistics pass</term><description>the same; mean and unbiased variance of the batch, averaged over many
/// batches, become the population's (Algorithm 2, line 10).</description></item>
/// <item><term>inference, frozen</term><description>the population's, or the moving averages where the population's have not
/// been estimated, in place of both.</description></item>
/// </list>
/// <para>Backward, with g the gradient of y: dGamma = sum(g xHat), dBeta = sum(g), dCenter = -gamma Factor sum(g),
/// dFactor = gamma sum(g (x - Center)), dx = gamma Factor g + 2 dFactor FactorPerVariance (x - mean) / m + dCenter CenterPerMean / m.</para>
/// <para>Errors: a training batch that leaves one value per channel is refused.</para>
/// <para>Paper: Ioffe and Szegedy, arXiv 1502.03167, section 3.</para>
/// </remarks>
public abstract partial record ChannelNormalization : BatchStatisticsLayer, IFoldable
{
    /// <summary>
    /// How a channel with these statistics is normalized, and how that depends on the batch: the formula of the layer. Called
    /// for each channel of each batch, by any thread: it depends on its argument and the layer's settings alone.
    /// </summary>
    /// <param name="moments">The statistics.</param>
    public abstract ChannelCoefficients Coefficients(in ChannelMoments moments);

    InferenceMap IFoldable.InInference(NetworkState state, Node node, StatisticsSource source) =>
        ChannelMap.Of(state, node, source);

    /// <summary>Into how many parts, each with statistics of its own, a batch is cut.</summary>
    internal virtual int Parts(int count) => 1;

    /// <summary>The samples of a part.</summary>
    internal virtual (int First, int Count) PartOf(int part, int count) => (0, count);

    /// <summary>Whether a channel of the last axis has one set of statistics for the whole batch, as the kernels of maps have it.</summary>
    internal virtual bool OnePerLastAxis => true;

    internal override bool ReadsRowsApart => OnePerLastAxis;

    internal override bool LeavesItsGradient => OnePerLastAxis;

    /// <summary>The coefficients where statistics are stored: nothing depends on the batch.</summary>
    internal ChannelCoefficients StoredCoefficients(double mean, double variance, double updates) =>
        Coefficients(new(mean, variance, mean, variance, (long)updates, 0)) with { CenterPerMean = 0, FactorPerVariance = 0 };

    /// <summary>A channel where there are no statistics.</summary>
    internal NormalizedChannel WithoutStatistics => new(StoredCoefficients(0, 1, 0), 0, 1);

    /// <summary>The error for a training batch that leaves a channel one value.</summary>
    internal static InvalidOperationException TooFewValues(string name, int count, Shape shape) => new(
        $"Layer '{name}' would normalize each channel over a single value (batch of {count}, shape {shape}), which leaves nothing "
        + "of it: use a larger batch, drop or merge a last batch of one, or freeze the layer with UseBatchStatistics = false.");
}
