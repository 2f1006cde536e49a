using System.Collections.Immutable;
using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// Batch normalization: y = gamma (x - mean) / sqrt(variance + epsilon) + beta, per channel (paper, Algorithm 1).
/// </summary>
/// <remarks>
/// <para>Shapes: x, y: [N, ..., C]; gamma, beta and every statistic: [C]. The statistics run over m = N x positions values of
/// a channel: the batch for vectors, batch x height x width for maps (section 3.2).</para>
/// <para>Parameters: gamma (1 at the start), beta (0). State: moving mean and variance, population mean and variance.</para>
/// <para>Which statistics:</para>
/// <list type="table">
/// <item><term>training</term><description>mean and <i>biased</i> variance of the batch; the gradient flows through both. The
/// moving averages take the batch's mean and <i>unbiased</i> variance, m / (m - 1), with weight <see cref="NewBatchWeight"/>.</description></item>
/// <item><term>statistics pass</term><description>mean and biased variance of the batch, and their average over many
/// batches, unbiased, becomes the population's (Algorithm 2, line 10).</description></item>
/// <item><term>inference</term><description>the population's, or the moving averages where the population's have not been estimated.</description></item>
/// </list>
/// <para>Errors: a training batch that leaves one value per channel is refused.</para>
/// <para>Paper: Ioffe and Szegedy, arXiv 1502.03167, sections 3, 3.1, 3.2.</para>
/// </remarks>
public sealed record BatchNormalization : Layer
{
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
    public override string Kind => "batchNorm";

    /// <inheritdoc/>
    public override LayerAttributes Attributes => LayerAttributes.Empty
        .With("epsilon", Epsilon).With("newBatchWeight", NewBatchWeight).With("cumulativeAverage", CumulativeAverage)
        .With("trainAffine", TrainAffine).With("updateStatistics", UpdateStatistics).With("useBatchStatistics", UseBatchStatistics);

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
    public override ImmutableArray<ParameterSpec> Parameters(ReadOnlySpan<Shape> inputs)
    {
        var vector = new Shape(OnlyInput(inputs).Channels);
        return
        [
            new("gamma", vector, ParameterRole.Gamma, Initializer.Ones, Trainable: TrainAffine),
            new("beta", vector, ParameterRole.Beta, Initializer.Zeros, Trainable: TrainAffine),
        ];
    }

    /// <inheritdoc/>
    public override ImmutableArray<StatisticSpec> Statistics(ReadOnlySpan<Shape> inputs)
    {
        var channels = OnlyInput(inputs).Channels;
        return
        [
            new(MovingMean, channels, StatisticRole.Moving, 0),
            new(MovingVariance, channels, StatisticRole.Moving, 1),
            new(PopulationMean, channels, StatisticRole.Population, double.NaN),
            new(PopulationVariance, channels, StatisticRole.Population, double.NaN),
            new(Updates, 1, StatisticRole.Moving, 0),
        ];
    }

    internal const string MovingMean = "movingMean";
    internal const string MovingVariance = "movingVariance";
    internal const string PopulationMean = "populationMean";
    internal const string PopulationVariance = "populationVariance";
    internal const string Updates = "updates";

    /// <inheritdoc/>
    public override void Forward(ReferencePass pass)
    {
        var (mean, variance) = Statistics(pass);
        var gamma = pass.Parameter(0);
        var beta = pass.Parameter(1);
        var x = pass.Input();
        for (var i = 0; i < x.Length; i++)
        {
            var c = i % mean.Length;
            pass.Output[i] = gamma[c] * (x[i] - mean[c]) / Math.Sqrt(variance[c] + Epsilon) + beta[c];
        }
        if (UsesBatch(pass.Mode))
            WriteStatistics(pass, mean, variance);
    }

    /// <inheritdoc/>
    public override void Backward(ReferencePass pass)
    {
        var (mean, variance) = Statistics(pass);
        var channels = mean.Length;
        var m = (double)(pass.Input().Length / channels);
        var x = pass.Input();
        var dx = pass.InputGradient();
        var dy = pass.OutputGradient;
        var gamma = pass.Parameter(0);
        var dGamma = pass.ParameterGradient(0);
        var dBeta = pass.ParameterGradient(1);
        for (var c = 0; c < channels; c++)
        {
            var invStd = 1 / Math.Sqrt(variance[c] + Epsilon);
            double sum = 0, sumXHat = 0;
            for (var i = c; i < x.Length; i += channels)
            {
                sum += dy[i];
                sumXHat += dy[i] * (x[i] - mean[c]) * invStd;
            }
            dGamma[c] += sumXHat;
            dBeta[c] += sum;
            // Frozen statistics do not depend on x: the two corrections are those of mean and variance.
            var (throughMean, throughVariance) = UsesBatch(pass.Mode) ? (sum / m, sumXHat / m) : (0, 0);
            for (var i = c; i < x.Length; i += channels)
                dx[i] += gamma[c] * invStd * (dy[i] - throughMean - (x[i] - mean[c]) * invStd * throughVariance);
        }
    }

    internal static BatchNormalization Read(LayerAttributes attributes) => new()
    {
        Epsilon = attributes.Number("epsilon"),
        NewBatchWeight = attributes.Number("newBatchWeight"),
        CumulativeAverage = attributes.Flag("cumulativeAverage"),
        TrainAffine = attributes.Flag("trainAffine"),
        UpdateStatistics = attributes.Flag("updateStatistics"),
        UseBatchStatistics = attributes.Flag("useBatchStatistics"),
    };

    internal bool UsesBatch(NetworkMode mode) => UseBatchStatistics && mode != NetworkMode.Inference;

    /// <summary>How much the next batch weighs after <paramref name="updates"/> others.</summary>
    internal double WeightAfter(double updates) => CumulativeAverage ? 1 / (updates + 1) : NewBatchWeight;

    /// <summary>The error for a training batch that leaves a channel one value.</summary>
    internal static InvalidOperationException TooFewValues(string name, int count, Shape shape) => new(
        $"Layer '{name}' would normalize each channel over a single value (batch of {count}, shape {shape}), which leaves nothing "
        + "of it: use a larger batch, drop or merge a last batch of one, or freeze the layer with UseBatchStatistics = false.");

    /// <summary>The error for an inference that asks for population statistics before they were estimated.</summary>
    internal static InvalidOperationException NoPopulation(string name) => new(
        $"Layer '{name}' has no population statistics yet: estimate them (Trainer.EstimatePopulation or Trainer.ToInference), "
        + "or ask for StatisticsSource.Moving.");

    private (double[] Mean, double[] Variance) Statistics(ReferencePass pass)
    {
        if (!UsesBatch(pass.Mode))
            return Stored(pass);
        var x = pass.Input();
        var channels = pass.OutputShape.Channels;
        var m = x.Length / channels;
        if (m < 2)
            throw TooFewValues(pass.Name, pass.Count, pass.OutputShape);
        var (mean, variance) = (new double[channels], new double[channels]);
        for (var i = 0; i < x.Length; i++)
            mean[i % channels] += x[i] / m;
        for (var i = 0; i < x.Length; i++)
            variance[i % channels] += (x[i] - mean[i % channels]) * (x[i] - mean[i % channels]) / m;
        return (mean, variance);
    }

    private static (double[] Mean, double[] Variance) Stored(ReferencePass pass)
    {
        var estimated = !double.IsNaN(pass.Statistic(2)[0]);
        if (pass.Source == StatisticsSource.Population && !estimated)
            throw NoPopulation(pass.Name);
        var population = pass.Source != StatisticsSource.Moving && estimated;
        return (pass.Statistic(population ? 2 : 0).ToArray(), pass.Statistic(population ? 3 : 1).ToArray());
    }

    private void WriteStatistics(ReferencePass pass, double[] mean, double[] variance)
    {
        var m = (double)(pass.Input().Length / mean.Length);
        var unbiased = m / (m - 1);
        if (pass.Mode == NetworkMode.Statistics)
        {
            for (var c = 0; c < mean.Length; c++)
                (pass.NewStatistic(2)[c], pass.NewStatistic(3)[c]) = (mean[c], variance[c] * unbiased);
        }
        else if (UpdateStatistics)
        {
            var weight = WeightAfter(pass.Statistic(4)[0]);
            for (var c = 0; c < mean.Length; c++)
            {
                pass.NewStatistic(0)[c] = (1 - weight) * pass.Statistic(0)[c] + weight * mean[c];
                pass.NewStatistic(1)[c] = (1 - weight) * pass.Statistic(1)[c] + weight * variance[c] * unbiased;
            }
            pass.NewStatistic(4)[0] = pass.Statistic(4)[0] + 1;
        }
    }
}
