namespace Batchwise.Kernels;

/// <summary>
/// Dropout of a run of values: each is multiplied by 0 or by 1 / (1 - p), as the stream's word of its place says. The mask is
/// drawn anew wherever it is needed, never stored.
/// </summary>
internal static class DropoutMask
{
    private const int Words = 4;

    /// <summary>y = x mask, or y increased by it.</summary>
    /// <param name="x">The run.</param>
    /// <param name="y">Receives the result.</param>
    /// <param name="first">The place of the run's first value in its tensor: which word is its.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="stream">Which stream of masks.</param>
    /// <param name="threshold">Words below this drop.</param>
    /// <param name="scale">What multiplies the others.</param>
    /// <param name="accumulate">Whether to add to what y holds.</param>
    public static void Run(
        ReadOnlySpan<float> x, Span<float> y, uint first, ulong seed, ulong stream, uint threshold, float scale, bool accumulate)
    {
        if (y.Length != x.Length)
            throw new ArgumentException($"A mask of {x.Length} values does not give {y.Length}.");
        var i = -(int)(first % Words);
        for (var block = first / Words; i < x.Length; block++, i += Words)
        {
            var (a, b, c, d) = Philox.Block(seed, RandomPurpose.Dropout, stream, block);
            Put(x, y, i, a < threshold ? 0 : scale, accumulate);
            Put(x, y, i + 1, b < threshold ? 0 : scale, accumulate);
            Put(x, y, i + 2, c < threshold ? 0 : scale, accumulate);
            Put(x, y, i + 3, d < threshold ? 0 : scale, accumulate);
        }
    }

    // The first and the last block of a run may reach over its ends.
    private static void Put(ReadOnlySpan<float> x, Span<float> y, int place, float factor, bool accumulate)
    {
        if ((uint)place < (uint)x.Length)
            y[place] = x[place] * factor + (accumulate ? y[place] : 0);
    }
}
