namespace Batchwise;

/// <summary>What forward leaves of one channel for backward: its coefficients and the statistics they were made of.</summary>
readonly struct NormalizedChannel(in ChannelCoefficients coefficients, double mean, double variance)
{
    // Fields, which code that passes the struct by reference reads without copying it.
    public readonly double Center = coefficients.Center;
    public readonly double Factor = coefficients.Factor;
    public readonly double Offset = coefficients.Offset;
    public readonly double CenterPerMean = coefficients.CenterPerMean;
    public readonly double FactorPerVariance = coefficients.FactorPerVariance;
    public readonly double Mean = mean;
    public readonly double Variance = variance;
}
