namespace Batchwise;

/// <summary>
/// Normalization by the moving averages, in training too: y = gamma (x - movingMean) / sqrt(movingVariance + epsilon) + beta,
/// per channel. No sample's output depends on its batch: no batch noise.
/// </summary>
/// <remarks>
/// <para>Shapes, parameters and state are <see cref="ChannelNormalization"/>'s.</para>
/// <para>Which variance: in training the moving average of <i>unbiased</i> ones before this batch (1 before the first), a constant to
/// the gradient; each batch then updates it. In a statistics pass likewise; in inference the population's, else the moving one.</para>
/// <para>A bias before it is not cancelled at once, so passes leave it. Ioffe reports that models trained so blow up: the gradient
/// does not know of the normalization. Where the averages must stand still, freeze a layer instead.</para>
/// <para>Paper: Ioffe, arXiv 1702.03275, section 3, which leads from here to <see cref="BatchRenormalization"/>.</para>
/// </remarks>
public sealed record MovingAverageNormalization : ChannelNormalization
{
    /// <inheritdoc/>
    public override string Kind => "movingAverageNorm";

    /// <inheritdoc/>
    public override ChannelCoefficients Coefficients(in ChannelMoments moments) =>
        new(moments.MovingMean, 1 / Math.Sqrt(moments.MovingVariance + Epsilon), 0, 0, 0);
}
