using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// Batch normalization: y = gamma (x - mean) / sqrt(variance + epsilon) + beta, per channel (paper, Algorithm 1).
/// </summary>
/// <remarks>
/// <para>Shapes: x, y: [N, ..., C]; gamma, beta and every statistic: [C]. The statistics run over m = N x positions values of
/// a channel: the batch for vectors, batch x height x width for maps (section 3.2). With <see cref="PerActivation"/>: [H W C], m = N.</para>
/// <para>Parameters: gamma (<see cref="InitialGamma"/> at the start), beta (0). State: moving mean and variance, population mean and variance.</para>
/// <para>Which statistics:</para>
/// <list type="table">
/// <item><term>training</term><description>mean and <i>biased</i> variance of the batch; the gradient flows through both. The
/// moving averages take the batch's mean and <i>unbiased</i> variance, m / (m - 1), with weight
/// <see cref="BatchStatisticsLayer.NewBatchWeight"/>.</description></item>
/// <item><term>statistics pass</term><description>mean and biased variance of the batch, and their average over many
/// batches, unbiased, becomes the population's (Algorithm 2, line 10).</description></item>
/// <item><term>inference</term><description>the population's, or the moving averages where the population's have not been estimated.</description></item>
/// </list>
/// <para>Errors: a training batch that leaves one value per channel is refused.</para>
/// <para>Paper: Ioffe and Szegedy, arXiv 1502.03167, sections 3, 3.1, 3.2.</para>
/// </remarks>
public sealed record BatchNormalization : ChannelNormalization
{
    /// <summary>
    /// Whether each activation of a map, its place and channel, has statistics, gamma and beta of its own over the batch
    /// alone: what the paper sets convolutional normalization against (section 3.2). Maps then run by the reference; vectors
    /// are the same either way. Default: no.
    /// </summary>
    public bool PerActivation { get; init; }

    /// <summary>
    /// Every gamma at the start. With 0 in the last normalization of a residual block the block begins as its shortcut (Goyal et al.,
    /// arXiv 1706.02677, section 5.1). Default: 1.
    /// </summary>
    public double InitialGamma { get; init; } = 1;

    /// <inheritdoc/>
    public override string Kind => "batchNorm";

    /// <inheritdoc/>
    public override LayerAttributes Attributes
    {
        get
        {
            var settings = PerActivation ? base.Attributes.With("perActivation", true) : base.Attributes;
            return InitialGamma == 1 ? settings : settings.With("initialGamma", InitialGamma);
        }
    }

    internal override Initializer GammaAtStart => Initializer.Constant(InitialGamma);

    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs) => double.IsFinite(InitialGamma)
        ? base.OutputShape(inputs)
        : throw new ArgumentException(Invariant($"Batch normalization's gamma starts at a finite number, not {InitialGamma}."));

    /// <inheritdoc/>
    public override bool SubsumesBias => true;

    /// <inheritdoc/>
    public override ChannelCoefficients Coefficients(in ChannelMoments moments)
    {
        var invStd = 1 / Math.Sqrt(moments.Variance + Epsilon);
        return new(moments.Mean, invStd, 0, 1, -0.5 * invStd * invStd * invStd);
    }

    internal static BatchNormalization Read(LayerAttributes settings) =>
        WithSettings(new BatchNormalization
        {
            PerActivation = settings.Flag("perActivation", otherwise: false),
            InitialGamma = settings.Has("initialGamma") ? settings.Number("initialGamma") : 1,
        }, settings);

    internal override bool OnePerLastAxis => !PerActivation;

    internal override int ChannelsOf(Shape shape) => PerActivation ? shape.Size : shape.Channels;
}
