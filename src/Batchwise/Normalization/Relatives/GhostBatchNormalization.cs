using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// Ghost batch normalization: batch normalization of each <see cref="GhostSize"/> consecutive samples of a batch by
/// themselves, so that a large batch is normalized as noisily as a small one.
/// </summary>
/// <remarks>
/// <para>Shapes, parameters and state are <see cref="ChannelNormalization"/>'s, but that m counts the values of one ghost batch.</para>
/// <para>Ghost batches: samples 0 to GhostSize - 1, and so on; the last takes what is left as well, so that none is smaller than
/// GhostSize. A batch smaller than that is one ghost batch.</para>
/// <para>Which variance: in training the ghost batch's <i>biased</i> one. The moving averages take each ghost batch's mean and
/// <i>unbiased</i> variance in turn, so they move further per batch than batch normalization's and count ghost batches. A statistics
/// pass averages the ghost batches' statistics by their samples, so that it is Algorithm 2 with batches of GhostSize. Inference is batch
/// normalization's.</para>
/// <para>On vectors each task does all ghost batches of its columns, in the fused kernels; maps run by the reference.</para>
/// <para>Paper: Hoffer, Hubara and Soudry, <i>Train longer, generalize better</i>, arXiv 1705.08741, Algorithm 1.</para>
/// </remarks>
public sealed record GhostBatchNormalization : ChannelNormalization
{
    /// <summary>Samples of a ghost batch, at least 2 for vectors and 1 for maps. Default: 32.</summary>
    public int GhostSize { get; init; } = 32;

    /// <inheritdoc/>
    public override string Kind => "ghostBatchNorm";

    /// <inheritdoc/>
    public override LayerAttributes Attributes => base.Attributes.With("ghostSize", GhostSize);

    /// <inheritdoc/>
    public override bool SubsumesBias => true;

    internal override bool OnePerLastAxis => false;

    /// <inheritdoc/>
    public override ChannelCoefficients Coefficients(in ChannelMoments moments)
    {
        var invStd = 1 / Math.Sqrt(moments.Variance + Epsilon);
        return new(moments.Mean, invStd, 0, 1, -0.5 * invStd * invStd * invStd);
    }

    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs)
    {
        var least = OnlyInput(inputs).Positions > 1 ? 1 : 2;
        if (GhostSize < least)
            throw new ArgumentException(Invariant($"A ghost batch of samples of shape {inputs[0]} has at least {least}, not {GhostSize}: a single value normalized by itself leaves nothing of it."));
        return base.OutputShape(inputs);
    }

    internal static GhostBatchNormalization Read(LayerAttributes settings) =>
        WithSettings(new GhostBatchNormalization { GhostSize = settings.Integer("ghostSize") }, settings);

    internal override int Parts(int count) => Math.Max(1, count / GhostSize);

    internal override (int First, int Count) PartOf(int part, int count) =>
        (part * GhostSize, part == Parts(count) - 1 ? count - part * GhostSize : GhostSize);
}
