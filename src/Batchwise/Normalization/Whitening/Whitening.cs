using System.Collections.Immutable;
using Batchwise.Kernels;
using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// Batch whitening: batch normalization that also takes the correlations out, y = gamma M (x - mean) + beta with M near
/// the inverse square root of the covariance, within groups of channels.
/// </summary>
/// <remarks>
/// <para>Shapes: x, y: [N, ..., C]; gamma, beta: [C]. Channels are cut into consecutive groups of <see cref="GroupSize"/>;
/// what remains is a smaller last group. Mean and covariance run over m = N x positions values of a channel.</para>
/// <para>Parameters: gamma (1 at the start), beta (0). State: moving and population mean and variance, [C], as batch
/// normalization's, and the covariances of different channels of a group, row by row beneath the diagonal, group after
/// group; the moving ones start as the identity matrix.</para>
/// <para>Which statistics: as <see cref="BatchNormalization"/>. Training and statistics passes whiten by the batch's mean and
/// <i>biased</i> covariance, the gradient flowing through both; what is stored is <i>unbiased</i>, m / (m - 1). Inference
/// computes M from the stored covariance: the population's, or the moving one where that has not been estimated. (The
/// papers keep averages of M itself; those of covariances are unbiased, as batch normalization's variance is.)</para>
/// <para>Errors: a training batch with no more values per channel than the largest group has channels is refused: its
/// covariance would be singular, and the whitened batch the same whatever the data.</para>
/// </remarks>
public abstract record Whitening : BatchStatisticsLayer, IFoldable
{
    internal const string MovingCovariance = "movingCovariance";
    internal const string PopulationCovariance = "populationCovariance";

    private const int LargestGroup = GroupMatrix.Width;

    private protected Whitening()
    {
    }

    /// <summary>Channels that are whitened together, 1 to 16; 1 is batch normalization. Default: 16.</summary>
    public int GroupSize { get; init; } = LargestGroup;

    /// <inheritdoc/>
    public override LayerAttributes Attributes => WithCommon(LayerAttributes.Empty.With("groupSize", GroupSize));

    /// <inheritdoc/>
    public sealed override bool SubsumesBias => true;

    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs)
    {
        if (GroupSize is < 1 or > LargestGroup)
            throw new ArgumentException(Invariant($"A whitening's GroupSize is 1 to {LargestGroup}, not {GroupSize}: larger groups need larger batches than are usual."));
        var input = base.OutputShape(inputs);
        var kept = (long)GroupsOf(input.Channels).Count * Math.Max(KeptLength, GroupMatrix.Length);
        return kept <= Shape.MaxSize
            ? input
            : throw new ArgumentException(Invariant($"A whitening of {input.Channels} channels in groups of {GroupSize} keeps {kept} values of their matrices, of which there may be {Shape.MaxSize}: take larger groups or fewer channels."));
    }

    /// <inheritdoc/>
    public sealed override ImmutableArray<StatisticSpec> Statistics(ReadOnlySpan<Shape> inputs)
    {
        var ofChannels = base.Statistics(inputs);
        // Groups of one channel have no covariances.
        return GroupsOf(OnlyInput(inputs).Channels).Pairs is > 0 and var pairs
            ?
            [
                .. ofChannels,
                new(MovingCovariance, pairs, StatisticRole.Moving, 0),
                new(PopulationCovariance, pairs, StatisticRole.Population, double.NaN),
            ]
            : ofChannels;
    }

    /// <inheritdoc/>
    public sealed override void Forward(ReferencePass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        new WhiteningReference(this, pass).Forward();
    }

    /// <inheritdoc/>
    public sealed override void Backward(ReferencePass pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        new WhiteningReference(this, pass).Backward();
    }

    /// <summary>Doubles that <see cref="InverseRoot"/> keeps of a group for its gradient.</summary>
    internal abstract int KeptLength { get; }

    /// <summary>The matrix that whitens a group, (covariance + epsilon I)^(-1/2) or what approximates it; symmetric.</summary>
    /// <param name="covariance">The covariance: a <see cref="GroupMatrix"/>.</param>
    /// <param name="size">Channels of the group.</param>
    /// <param name="matrix">Receives the matrix: a <see cref="GroupMatrix"/> that holds zeros outside its size.</param>
    /// <param name="kept">Receives what the gradient needs: <see cref="KeptLength"/> doubles, zero before the first use.</param>
    internal abstract void InverseRoot(ReadOnlySpan<double> covariance, int size, Span<double> matrix, Span<double> kept);

    /// <summary>From the gradient with respect to the matrix to that with respect to the covariance, in place.</summary>
    /// <param name="kept">What <see cref="InverseRoot"/> left.</param>
    /// <param name="size">Channels of the group.</param>
    /// <param name="gradient">Of the matrix; becomes that of the covariance, symmetric: a <see cref="GroupMatrix"/>.</param>
    internal abstract void InverseRootGradient(ReadOnlySpan<double> kept, int size, Span<double> gradient);

    // A map of channels to channels at every position is a convolution of one by one, which no layer can take yet.
    InferenceMap? IFoldable.InInference(NetworkState state, Node node, StatisticsSource source) =>
        node.Shape.Rank is 1 or 3 ? new WhiteningMap(this, state, node, source) : null;

    internal WhiteningGroups GroupsOf(int channels) => new(channels, GroupSize);

    /// <summary>Refuses a batch that has not more values per channel than the largest group has channels.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="count">Samples of the batch.</param>
    /// <param name="m">Values per channel.</param>
    /// <param name="shape">The shape of a sample.</param>
    internal void RequireEnough(string name, int count, int m, Shape shape)
    {
        var largest = GroupsOf(shape.Channels).Largest;
        if (m > largest)
            return;
        throw new InvalidOperationException(Invariant(
            $"Layer '{name}' would whiten groups of {largest} channels over {m} values per channel (batch of {count}, shape {shape}), which leaves nothing of them: ")
            + Invariant($"use a batch of more than {largest} values per channel, ")
            + (m > 1 ? Invariant($"a GroupSize below {m}, ") : "")
            + "or freeze the layer with UseBatchStatistics = false.");
    }

    /// <summary>A whitening with the settings that both share, as a model file keeps them.</summary>
    private protected static TLayer WithGroups<TLayer>(TLayer layer, LayerAttributes attributes)
        where TLayer : Whitening => WithSettings((TLayer)(layer with { GroupSize = attributes.Integer("groupSize") }), attributes);
}
