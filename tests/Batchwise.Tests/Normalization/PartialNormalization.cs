namespace Batchwise.Tests.Normalization;

/// <summary>
/// y = gamma (x - mean) (variance + epsilon)^(-power / 2) + beta: batch normalization at power 1, only the mean's part of it at
/// power 0, and what lies between. The batch's biased variance in training, stored ones in inference.
/// </summary>
public sealed record PartialNormalization : ChannelNormalization
{
    /// <summary>How much of the deviation is divided out, from 0 to 1. Default: one half.</summary>
    public double Power { get; init; } = 0.5;

    public override string Kind => "partialNorm";

    public override LayerAttributes Attributes => base.Attributes.With("power", Power);

    // The mean is subtracted, so a bias before the layer would have no effect; beta is there in its place.
    public override bool SubsumesBias => true;

    public override ChannelCoefficients Coefficients(in ChannelMoments moments)
    {
        var variance = moments.Variance + Epsilon;
        var factor = Math.Pow(variance, -Power / 2);
        return new(
            Center: moments.Mean, Factor: factor, Offset: 0,
            CenterPerMean: 1, FactorPerVariance: -Power / 2 * factor / variance);
    }

    /// <summary>The layer that a model file holds.</summary>
    public static PartialNormalization Read(LayerAttributes settings) =>
        WithSettings(new PartialNormalization { Power = settings.Number("power") }, settings);
}
