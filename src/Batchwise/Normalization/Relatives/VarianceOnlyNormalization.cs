namespace Batchwise;

/// <summary>
/// Variance-only batch normalization: y = gamma x / sqrt(variance + epsilon) + beta, per channel. Nothing is subtracted.
/// </summary>
/// <remarks>
/// <para>Shapes, parameters and state are <see cref="ChannelNormalization"/>'s.</para>
/// <para>Which variance: in training the batch's <i>biased</i> one, about the batch's mean, through which the gradient flows; in
/// inference the population's, else the moving one, both unbiased.</para>
/// <para>A bias before it is not cancelled, so passes leave it. The other half of batch normalization beside
/// <see cref="MeanOnlyNormalization"/>, for telling which half does what: Ioffe and Szegedy, arXiv 1502.03167, section 3, without
/// the subtraction.</para>
/// </remarks>
public sealed record VarianceOnlyNormalization : ChannelNormalization
{
    /// <inheritdoc/>
    public override string Kind => "varianceOnlyNorm";

    /// <inheritdoc/>
    public override ChannelCoefficients Coefficients(in ChannelMoments moments)
    {
        var invStd = 1 / Math.Sqrt(moments.Variance + Epsilon);
        return new(0, invStd, 0, 0, -0.5 * invStd * invStd * invStd);
    }
}
