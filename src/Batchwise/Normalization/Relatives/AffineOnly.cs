namespace Batchwise;

/// <summary>
/// What is left of batch normalization without its normalization: y = gamma x + beta, per channel, in training and in
/// inference.
/// </summary>
/// <remarks>
/// <para>Shapes and parameters are <see cref="ChannelNormalization"/>'s; there are no statistics, so their settings have no effect,
/// and a batch of one is fine.</para>
/// <para>For telling what gamma and beta do by themselves. The other part alone, normalization without them, is
/// <see cref="BatchNormalization"/> with <see cref="BatchStatisticsLayer.TrainAffine"/> off. A bias before it stays, as it would
/// without the layer.</para>
/// <para>Paper: Ioffe and Szegedy, arXiv 1502.03167, section 3, the last step of Algorithm 1.</para>
/// </remarks>
public sealed record AffineOnly : ChannelNormalization
{
    /// <inheritdoc/>
    public override string Kind => "affineOnly";

    internal override bool UsesStatistics => false;

    /// <inheritdoc/>
    public override ChannelCoefficients Coefficients(in ChannelMoments moments) => new(0, 1, 0, 0, 0);
}
