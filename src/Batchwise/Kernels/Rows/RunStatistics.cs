using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>
/// What normalizes one group of values of a sample: xHat = (x - mean) invStd + offset, where the offset is what rounding the
/// mean to float32 left of it, so that a mean of 1e4 with a deviation of 1e-2 costs no accuracy.
/// </summary>
internal readonly record struct RunStatistics(float Mean, float InvStd, float Offset)
{
    /// <summary>Floats that one group's statistics take in a buffer.</summary>
    public const int Length = 3;

    /// <summary>Rounds exact statistics.</summary>
    /// <param name="mean">The exact mean.</param>
    /// <param name="variance">The biased variance.</param>
    /// <param name="epsilon">Added to the variance.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RunStatistics Of(double mean, double variance, double epsilon)
    {
        var invStd = (float)(1 / Math.Sqrt(variance + epsilon));
        return new((float)mean, invStd, (float)(((float)mean - mean) * invStd));
    }

    public static RunStatistics Read(ReadOnlySpan<float> source) => new(source[0], source[1], source[2]);

    public void Write(Span<float> target) => (target[0], target[1], target[2]) = (Mean, InvStd, Offset);
}
