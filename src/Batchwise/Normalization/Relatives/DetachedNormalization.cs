namespace Batchwise;

/// <summary>
/// Batch normalization whose gradient takes the statistics for constants: forward as <see cref="BatchNormalization"/>,
/// backward dx = gamma g / sqrt(variance + epsilon).
/// </summary>
/// <remarks>
/// <para>Shapes, parameters and state are <see cref="ChannelNormalization"/>'s.</para>
/// <para>Which variance: in training the batch's <i>biased</i> one; in inference the population's, else the moving one, both unbiased.</para>
/// <para>What the paper warns of: the gradient then asks for changes that the normalization undoes, so that a bias or the scale of
/// the weights before it grows without end while the loss stays. To be studied, not used.</para>
/// <para>Paper: Ioffe and Szegedy, arXiv 1502.03167, section 2.</para>
/// </remarks>
public sealed record DetachedNormalization : ChannelNormalization
{
    /// <inheritdoc/>
    public override string Kind => "detachedNorm";

    /// <inheritdoc/>
    public override bool SubsumesBias => true;

    /// <inheritdoc/>
    public override ChannelCoefficients Coefficients(in ChannelMoments moments) =>
        new(moments.Mean, 1 / Math.Sqrt(moments.Variance + Epsilon), 0, 0, 0);
}
