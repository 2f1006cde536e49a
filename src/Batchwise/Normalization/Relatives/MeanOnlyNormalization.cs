namespace Batchwise;

/// <summary>
/// Mean-only batch normalization: y = gamma (x - mean) + beta, per channel. Nothing is divided.
/// </summary>
/// <remarks>
/// <para>Shapes, parameters and state are <see cref="ChannelNormalization"/>'s.</para>
/// <para>Which variance: none; it is tracked, for reports alone. Training subtracts the batch's mean, through which the
/// gradient flows; inference the population's, else the moving one.</para>
/// <para>Paper: Salimans and Kingma, <i>Weight Normalization</i>, arXiv 1602.07868, section 4 (there without gamma, behind a weight
/// normalization whose g does its work).</para>
/// </remarks>
public sealed record MeanOnlyNormalization : ChannelNormalization
{
    /// <inheritdoc/>
    public override string Kind => "meanOnlyNorm";

    /// <inheritdoc/>
    public override bool SubsumesBias => true;

    /// <inheritdoc/>
    public override ChannelCoefficients Coefficients(in ChannelMoments moments) => new(moments.Mean, 1, 0, 1, 0);
}
