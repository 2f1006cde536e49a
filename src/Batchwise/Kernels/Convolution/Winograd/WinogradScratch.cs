namespace Batchwise.Kernels;

/// <summary>Sizes of the scratch of Winograd convolutions.</summary>
internal static class WinogradScratch
{
    /// <summary>
    /// The smallest odd number of cache lines that holds this many floats: places so far apart are spread over all sets of a cache.
    /// </summary>
    public static long OddLines(long floats) => ((floats + AlignedMemory.Line - 1) / AlignedMemory.Line | 1) * AlignedMemory.Line;

    /// <summary>This many channels, and as many more as fill whole vectors of any kind.</summary>
    public static int Padded(int channels) => (int)AlignedMemory.RoundUp(channels);
}
