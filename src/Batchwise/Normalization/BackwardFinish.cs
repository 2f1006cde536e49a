using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// From the two sums of the backward step, sum(g) and sum(g (x - mean)), to the gradients of gamma and beta and to the
/// correction dx = scale g + slope (x - mean) + offset: the paper's section 3 in closed form, in float64.
/// </summary>
static class BackwardFinish
{
    /// <param name="vectors">What forward left of these channels.</param>
    /// <param name="sums">sum(g).</param>
    /// <param name="products">sum(g (x - mean)).</param>
    /// <param name="m">Values per channel.</param>
    /// <param name="frozen">Whether the statistics did not depend on x, so that there is nothing to correct.</param>
    /// <param name="dGamma">Receives the gradient of gamma.</param>
    /// <param name="dBeta">Receives the gradient of beta.</param>
    /// <param name="slope">Receives the factor on x - mean.</param>
    /// <param name="offset">Receives what is added.</param>
    public static void Run(
        in NormalizationVectors vectors, ReadOnlySpan<double> sums, ReadOnlySpan<double> products, int m, bool frozen,
        Span<float> dGamma, Span<float> dBeta, Span<float> slope, Span<float> offset)
    {
        for (var c = 0; c < sums.Length; c++)
        {
            double invStd = vectors.InvStd[c], residual = vectors.Residual[c], scale = vectors.Scale[c];
            var sumXHat = invStd * (products[c] - residual * sums[c]);
            dGamma[c] = (float)sumXHat;
            dBeta[c] = (float)sums[c];
            var correction = frozen ? 0 : -scale * invStd * sumXHat / m;
            slope[c] = (float)correction;
            offset[c] = (float)(frozen ? 0 : -scale * sums[c] / m - correction * residual);
        }
    }
}
