namespace Batchwise.Kernels;

/// <summary>
/// A block of rows over all channels: the unit in which maps are worked on, whose rows are too many for a task to own
/// channels. Rows are streamed once, some at a time, with what belongs to the channels in registers.
/// </summary>
internal static class RowBlock
{
    /// <summary>
    /// Rows that are streamed together, vector of channels by vector: what belongs to the channels is then read once for all of
    /// them, and what the next rows hold is asked for meanwhile.
    /// </summary>
    public const int Together = 8;

    /// <summary>Channels from which dense rows are long enough for the processor's own prefetcher: one at a time is then faster.</summary>
    private const int LongRow = 128;

    private const int FewestRows = 64;
    private const int BlocksAimedAt = 16;

    /// <summary>
    /// Rows of a block: few enough for float32 sums, and, where there are enough rows, as many blocks as keep a machine
    /// busy without making their merging costly. Fixed by the number of rows alone.
    /// </summary>
    public static int Rows(int rows)
    {
        var share = (rows + BlocksAimedAt - 1) / BlocksAimedAt;
        return Math.Clamp((share + Together - 1) / Together * Together, FewestRows, ColumnBlock.RowsInSingle);
    }

    /// <summary>Rows that an elementwise pass takes together.</summary>
    /// <param name="channels">Channels of a row.</param>
    /// <param name="stride">Floats from one row of what is read to the next.</param>
    public static int InStep(int channels, nint stride) => stride == channels && channels >= LongRow ? 1 : Together;

    /// <summary>How many blocks cover so many rows.</summary>
    public static int Count(int rows) => (rows + Rows(rows) - 1) / Rows(rows);
}
