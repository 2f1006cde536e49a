using Batchwise.Kernels;

namespace Batchwise;

/// <summary>From channels' coefficients and affine parameters to what the affine step reads.</summary>
static class ForwardFinish
{
    public static void Run(ReadOnlySpan<NormalizedChannel> channels, ReadOnlySpan<float> gamma, ReadOnlySpan<float> beta, in NormalizationVectors vectors)
    {
        for (var c = 0; c < channels.Length; c++)
        {
            ref readonly var channel = ref channels[c];
            vectors.Set(c, channel.Center, channel.Factor, channel.Offset, gamma[c], beta[c]);
        }
    }
}
