namespace Batchwise.Kernels;

/// <summary>
/// From the two sums of each channel of a sample to the gradients of gamma and beta and to what corrects dx: the parts of
/// the gradient along 1 and along xHat, each of a whole group of neighbouring channels.
/// </summary>
internal static unsafe class GroupCorrection
{
    /// <summary>Finishes one sample.</summary>
    /// <param name="statistics">Of each group, <see cref="RunStatistics.Length"/> floats.</param>
    /// <param name="rows">Values of each channel.</param>
    /// <param name="gamma">One per channel, as all that follows.</param>
    /// <param name="sums">sum(g).</param>
    /// <param name="products">sum(g (x - mean)), with the group's rounded mean.</param>
    /// <param name="dGamma">Increased by sum(g xHat).</param>
    /// <param name="dBeta">Increased by sum(g).</param>
    /// <param name="slope">Receives what x - mean is multiplied by.</param>
    /// <param name="offset">Receives what is added.</param>
    public static void Run(
        ReadOnlySpan<float> statistics, int rows, ReadOnlySpan<float> gamma, ReadOnlySpan<double> sums, ReadOnlySpan<double> products,
        Span<float> dGamma, Span<float> dBeta, Span<float> slope, Span<float> offset)
    {
        var channels = gamma.Length;
        if (sums.Length != channels || products.Length != channels || dGamma.Length != channels || dBeta.Length != channels || slope.Length != channels || offset.Length != channels)
            throw new ArgumentException("What belongs to the channels has their number.");
        var groups = statistics.Length / RunStatistics.Length;
        if (channels % groups != 0)
            throw new ArgumentException("All groups have as many channels.");
        var perGroup = channels / groups;
        fixed (float* pg = gamma, pdg = dGamma, pdb = dBeta, ps = slope, po = offset)
        fixed (double* first = sums, second = products)
        {
            for (int c = 0, group = 0; c < channels; c += perGroup, group++)
            {
                var own = RunStatistics.Read(statistics[(group * RunStatistics.Length)..]);
                double invStd = own.InvStd, rest = own.Offset, sum = 0, sumXHat = 0;
                var end = c + perGroup;
                for (var i = c; i < end; i++)
                {
                    var product = invStd * second[i] + rest * first[i];
                    pdg[i] += (float)product;
                    pdb[i] += (float)first[i];
                    sum += pg[i] * first[i];
                    sumXHat += pg[i] * product;
                }
                var scale = -invStd / ((double)rows * perGroup);
                var (s, o) = ((float)(scale * invStd * sumXHat), (float)(scale * (sum + rest * sumXHat)));
                for (var i = c; i < end; i++)
                    (ps[i], po[i]) = (s, o);
            }
        }
    }
}
