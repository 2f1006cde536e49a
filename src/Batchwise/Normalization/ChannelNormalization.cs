using System.Collections.Immutable;
using static System.FormattableString;

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
/// moving averages take the batch's mean and <i>unbiased</i> variance, m / (m - 1), with weight <see cref="NewBatchWeight"/>.</description></item>
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
public abstract partial record ChannelNormalization : Layer, IFoldable
{
    internal const string MovingMean = "movingMean";
    internal const string MovingVariance = "movingVariance";
    internal const string PopulationMean = "populationMean";
    internal const string PopulationVariance = "populationVariance";
    internal const string Updates = "updates";

    /// <summary>Added to the variance inside the square root. The paper gives no value. Default: 1e-5.</summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>
    /// The weight of a new batch in the moving averages: 0.1 lets it weigh 10 %. PyTorch calls this momentum; Keras,
    /// TensorFlow and ONNX call 1 - this momentum. Default: 0.1.
    /// </summary>
    public double NewBatchWeight { get; init; } = 0.1;

    /// <summary>Whether the moving averages weigh all batches since the start alike, instead of by <see cref="NewBatchWeight"/>. Default: no.</summary>
    public bool CumulativeAverage { get; init; }

    /// <summary>Whether training changes gamma and beta. Default: yes.</summary>
    public bool TrainAffine { get; init; } = true;

    /// <summary>Whether training updates the moving averages. Default: yes.</summary>
    public bool UpdateStatistics { get; init; } = true;

    /// <summary>
    /// Whether training and statistics passes normalize by the batch's statistics. Without, the layer is frozen: it uses
    /// the stored ones and its gradient is that of an affine map. Default: yes.
    /// </summary>
    public bool UseBatchStatistics { get; init; } = true;

    /// <inheritdoc/>
    public override LayerAttributes Attributes => LayerAttributes.Empty
        .With("epsilon", Epsilon).With("newBatchWeight", NewBatchWeight).With("cumulativeAverage", CumulativeAverage)
        .With("trainAffine", TrainAffine).With("updateStatistics", UpdateStatistics).With("useBatchStatistics", UseBatchStatistics);

    /// <summary>
    /// How a channel with these statistics is normalized, and how that depends on the batch: the formula of the layer. Called
    /// for each channel of each batch, by any thread: it depends on its argument and the layer's settings alone.
    /// </summary>
    /// <param name="moments">The statistics.</param>
    public abstract ChannelCoefficients Coefficients(in ChannelMoments moments);

    /// <summary>A layer with the settings that all channel normalizations share, as a model file keeps them.</summary>
    /// <param name="layer">The layer, with its own settings.</param>
    /// <param name="attributes">What the file says.</param>
    /// <exception cref="InvalidDataException">A setting is missing or wrong.</exception>
    public static TLayer WithSettings<TLayer>(TLayer layer, LayerAttributes attributes)
        where TLayer : ChannelNormalization
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(attributes);
        return (TLayer)(layer with
        {
            Epsilon = attributes.Number("epsilon"),
            NewBatchWeight = attributes.Number("newBatchWeight"),
            CumulativeAverage = attributes.Flag("cumulativeAverage"),
            TrainAffine = attributes.Flag("trainAffine"),
            UpdateStatistics = attributes.Flag("updateStatistics"),
            UseBatchStatistics = attributes.Flag("useBatchStatistics"),
        });
    }

    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs)
    {
        if (!(Epsilon > 0 && double.IsFinite(Epsilon)))
            throw new ArgumentException(Invariant($"Batch normalization's epsilon is a positive number, not {Epsilon}: it keeps a constant channel from dividing by zero."));
        if (!(NewBatchWeight > 0 && NewBatchWeight <= 1))
            throw new ArgumentException(Invariant($"NewBatchWeight lies in (0, 1], {NewBatchWeight} does not: 0.1 lets the new batch weigh 10 %."));
        return OnlyInput(inputs);
    }

    /// <inheritdoc/>
    public sealed override ImmutableArray<ParameterSpec> Parameters(ReadOnlySpan<Shape> inputs)
    {
        var vector = new Shape(ChannelsOf(OnlyInput(inputs)));
        return
        [
            new("gamma", vector, ParameterRole.Gamma, GammaAtStart, Trainable: TrainAffine),
            new("beta", vector, ParameterRole.Beta, Initializer.Zeros, Trainable: TrainAffine),
        ];
    }

    /// <inheritdoc/>
    public sealed override ImmutableArray<StatisticSpec> Statistics(ReadOnlySpan<Shape> inputs)
    {
        var channels = ChannelsOf(OnlyInput(inputs));
        return !UsesStatistics ? [] :
        [
            new(MovingMean, channels, StatisticRole.Moving, 0),
            new(MovingVariance, channels, StatisticRole.Moving, 1),
            new(PopulationMean, channels, StatisticRole.Population, double.NaN),
            new(PopulationVariance, channels, StatisticRole.Population, double.NaN),
            new(Updates, 1, StatisticRole.Moving, 0),
        ];
    }

    /// <summary>How gamma is drawn.</summary>
    internal virtual Initializer GammaAtStart => Initializer.Ones;

    /// <summary>The layer that takes this one's place where folding finds no weights to fold it into.</summary>
    internal virtual ChannelAffine InPlaceOfFolded => new();

    InferenceMap IFoldable.InInference(NetworkState state, Node node, StatisticsSource source) => new ChannelMap(this, state, node, source);

    /// <summary>How many channels have statistics of their own.</summary>
    internal virtual int ChannelsOf(Shape shape) => shape.Channels;

    /// <summary>Into how many parts, each with statistics of its own, a batch is cut.</summary>
    internal virtual int Parts(int count) => 1;

    /// <summary>The samples of a part.</summary>
    internal virtual (int First, int Count) PartOf(int part, int count) => (0, count);

    /// <summary>Whether a channel of the last axis has one set of statistics for the whole batch, as the kernels of maps have it.</summary>
    internal virtual bool OnePerLastAxis => true;

    internal override bool ReadsRowsApart => OnePerLastAxis;

    internal override bool LeavesItsGradient => OnePerLastAxis;

    /// <summary>Whether there are statistics at all; without, coefficients are asked for with mean 0 and variance 1.</summary>
    internal virtual bool UsesStatistics => true;

    internal bool UsesBatch(NetworkMode mode) => UsesStatistics && UseBatchStatistics && mode != NetworkMode.Inference;

    /// <summary>How much the next batch weighs after <paramref name="updates"/> others.</summary>
    internal double WeightAfter(double updates) => CumulativeAverage ? 1 / (updates + 1) : NewBatchWeight;

    /// <summary>The coefficients where statistics are stored: nothing depends on the batch.</summary>
    internal ChannelCoefficients StoredCoefficients(double mean, double variance, double updates) =>
        Coefficients(new(mean, variance, mean, variance, (long)updates, 0)) with { CenterPerMean = 0, FactorPerVariance = 0 };

    /// <summary>A channel where there are no statistics.</summary>
    internal NormalizedChannel WithoutStatistics => new(StoredCoefficients(0, 1, 0), 0, 1);

    /// <summary>The error for a training batch that leaves a channel one value.</summary>
    internal static InvalidOperationException TooFewValues(string name, int count, Shape shape) => new(
        $"Layer '{name}' would normalize each channel over a single value (batch of {count}, shape {shape}), which leaves nothing "
        + "of it: use a larger batch, drop or merge a last batch of one, or freeze the layer with UseBatchStatistics = false.");

    /// <summary>The error for an inference that asks for population statistics before they were estimated.</summary>
    internal static InvalidOperationException NoPopulation(string name) => new(
        $"Layer '{name}' has no population statistics yet: estimate them (Trainer.EstimatePopulation or Trainer.ToInference), "
        + "or ask for StatisticsSource.Moving.");
}
