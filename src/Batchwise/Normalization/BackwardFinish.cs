namespace Batchwise;

/// <summary>
/// From the two sums of the backward step, sum(g) and sum(g (x - r)), to the gradients of gamma and beta and to the
/// correction dx = gamma Factor g + slope (x - r) + offset, in float64. r is Center rounded to float32, as the kernels
/// subtract it.
/// </summary>
/// <remarks>
/// With x - Center = (x - r) - (Center - r), sum(g (x - Center)) is the second sum less (Center - r) times the first. The
/// gradient through the variance goes along x - mean = (x - r) - (mean - r), whose constant part joins the offset.
/// </remarks>
static class BackwardFinish
{
    /// <param name="channels">What forward left of these channels.</param>
    /// <param name="gamma">Their scales.</param>
    /// <param name="sums">sum(g).</param>
    /// <param name="products">sum(g (x - r)).</param>
    /// <param name="m">Values per channel.</param>
    /// <param name="dGamma">Receives the gradient of gamma.</param>
    /// <param name="dBeta">Receives the gradient of beta.</param>
    /// <param name="slope">Receives the factor on x - r.</param>
    /// <param name="offset">Receives what is added.</param>
    /// <param name="accumulate">Whether the gradients of gamma and beta are added to what is there.</param>
    public static void Run(
        ReadOnlySpan<NormalizedChannel> channels, ReadOnlySpan<float> gamma, ReadOnlySpan<double> sums, ReadOnlySpan<double> products, int m,
        Span<float> dGamma, Span<float> dBeta, Span<float> slope, Span<float> offset, bool accumulate = false)
    {
        for (var c = 0; c < sums.Length; c++)
        {
            ref readonly var channel = ref channels[c];
            double rounded = (float)channel.Center;
            var product = products[c] - (channel.Center - rounded) * sums[c];
            dGamma[c] = (float)(channel.Factor * product + channel.Offset * sums[c] + (accumulate ? dGamma[c] : 0));
            dBeta[c] = (float)(sums[c] + (accumulate ? dBeta[c] : 0));
            var dMean = -gamma[c] * channel.Factor * sums[c] * channel.CenterPerMean;
            var alongX = 2 * gamma[c] * product * channel.FactorPerVariance / m;
            slope[c] = (float)alongX;
            offset[c] = (float)(dMean / m - alongX * (channel.Mean - rounded));
        }
    }
}
