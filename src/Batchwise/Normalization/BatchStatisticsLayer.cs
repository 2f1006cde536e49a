using System.Collections.Immutable;
using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// A layer that works by statistics of the batch in training and by stored ones in inference: batch normalization with its relatives
/// (<see cref="ChannelNormalization"/>) and whitening (<see cref="Whitening"/>). What they share: settings, gamma and beta, the mean and
/// variance of each channel that a state keeps.
/// </summary>
/// <remarks>
/// <para>Parameters: gamma, beta. State: moving mean and variance (0 and 1 at the start), population mean and variance (NaN until they are
/// estimated), and how many batches the moving averages have followed.</para>
/// <para>Errors: an epsilon that is not positive, or a <see cref="NewBatchWeight"/> outside (0, 1].</para>
/// </remarks>
public abstract record BatchStatisticsLayer : Layer
{
    internal const string MovingMean = "movingMean";
    internal const string MovingVariance = "movingVariance";
    internal const string PopulationMean = "populationMean";
    internal const string PopulationVariance = "populationVariance";
    internal const string Updates = "updates";

    private protected BatchStatisticsLayer()
    {
    }

    /// <summary>Added to the variance, or to the diagonal of the covariance. The paper gives no value. Default: 1e-5.</summary>
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
    /// Whether training and statistics passes use the batch's statistics. Without, the layer is frozen: it uses the stored ones
    /// and its gradient is that of an affine map. Default: yes.
    /// </summary>
    public bool UseBatchStatistics { get; init; } = true;

    /// <inheritdoc/>
    public override LayerAttributes Attributes => WithCommon(LayerAttributes.Empty);

    /// <summary>A layer with the settings that all of these layers share, as a model file keeps them.</summary>
    /// <param name="layer">The layer, with its own settings.</param>
    /// <param name="attributes">What the file says.</param>
    /// <exception cref="InvalidDataException">A setting is missing or wrong.</exception>
    public static TLayer WithSettings<TLayer>(TLayer layer, LayerAttributes attributes)
        where TLayer : BatchStatisticsLayer
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
            throw new ArgumentException(Invariant($"The epsilon of a layer '{Kind}' is a positive number, not {Epsilon}: it keeps channels or directions without variance from dividing by zero."));
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
    public override ImmutableArray<StatisticSpec> Statistics(ReadOnlySpan<Shape> inputs)
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

    /// <summary>A layer's first settings, and behind them those that all share: runs of the lab are found again by this order.</summary>
    private protected LayerAttributes WithCommon(LayerAttributes own) => own
        .With("epsilon", Epsilon).With("newBatchWeight", NewBatchWeight).With("cumulativeAverage", CumulativeAverage)
        .With("trainAffine", TrainAffine).With("updateStatistics", UpdateStatistics).With("useBatchStatistics", UseBatchStatistics);

    /// <summary>How gamma is drawn.</summary>
    internal virtual Initializer GammaAtStart => Initializer.Ones;

    /// <summary>How many channels have statistics of their own.</summary>
    internal virtual int ChannelsOf(Shape shape) => shape.Channels;

    /// <summary>Whether there are statistics at all; without, a channel's coefficients are asked for with mean 0 and variance 1.</summary>
    internal virtual bool UsesStatistics => true;

    internal bool UsesBatch(NetworkMode mode) => UsesStatistics && UseBatchStatistics && mode != NetworkMode.Inference;

    /// <summary>How much the next batch weighs after <paramref name="updates"/> others.</summary>
    internal double WeightAfter(double updates) => CumulativeAverage ? 1 / (updates + 1) : NewBatchWeight;

    /// <summary>Whether inference uses the population statistics.</summary>
    /// <param name="mean">The population's means; NaN where they have not been estimated.</param>
    /// <param name="source">Which statistics are asked for.</param>
    /// <param name="name">The layer's name.</param>
    /// <exception cref="InvalidOperationException">They are asked for and have not been estimated.</exception>
    internal static bool UsesPopulation(ReadOnlySpan<double> mean, StatisticsSource source, string name)
    {
        var estimated = !double.IsNaN(mean[0]);
        if (source == StatisticsSource.Population && !estimated)
        {
            throw new InvalidOperationException(
                $"Layer '{name}' has no population statistics yet: estimate them (Trainer.EstimatePopulation or Trainer.ToInference), "
                + "or ask for StatisticsSource.Moving.");
        }
        return source != StatisticsSource.Moving && estimated;
    }
}
