using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>
/// A block of rows over all channels: the unit in which maps are worked on, whose rows are too many for a task to own
/// channels. Rows are streamed once, some at a time, in strips of channels whose vectors stay in registers.
/// </summary>
internal static class RowBlock
{
    private const int MostTogether = 16;
    private const int FewestTogether = 4;

    // Rows that are streamed together pass through the first-level cache.
    private const int FloatsTogether = 8192;

    // Floats from which a row is long enough for the processor's own prefetcher, and rows that are then asked for ahead.
    private const int LongRow = 128;
    private const int LongRowsAhead = 8;

    private const int FewestRows = 64;
    private const int BlocksAimedAt = 16;

    /// <summary>
    /// Rows of a block: few enough for float32 sums, and, where there are enough rows, as many blocks as keep a machine
    /// busy without making their merging costly. Fixed by the number of rows alone.
    /// </summary>
    public static int Rows(int rows)
    {
        var share = (rows + BlocksAimedAt - 1) / BlocksAimedAt;
        return Math.Clamp((share + MostTogether - 1) / MostTogether * MostTogether, FewestRows, ColumnBlock.RowsInSingle);
    }

    /// <summary>How many blocks cover so many rows.</summary>
    public static int Count(int rows) => (rows + Rows(rows) - 1) / Rows(rows);

    /// <summary>Runs a loop over all pieces of a block, on the vectors in use.</summary>
    public static void Run<TLoop>(in TLoop loop, in RowFold fold, bool large)
        where TLoop : struct, IStripLoop
    {
        switch (InstructionSet.Current)
        {
            case KernelKind.Vector512: Run<TLoop, Vector512Operations, Vector512<float>>(loop, fold, large); break;
            case KernelKind.Vector256: Run<TLoop, Vector256Operations, Vector256<float>>(loop, fold, large); break;
            case KernelKind.Vector128: Run<TLoop, Vector128Operations, Vector128<float>>(loop, fold, large); break;
            default: Run<TLoop, ScalarOperations, float>(loop, fold, large); break;
        }
    }

    /// <summary>
    /// Runs a loop over all pieces of a block: some rows at a time, and of these strip by strip, then what is left vector by vector.
    /// What belongs to the channels is read once for all rows of a piece; a sum over them is taken apart before it joins
    /// the larger one, which loses less.
    /// </summary>
    /// <param name="loop">The loop, over rows and channels as they are folded.</param>
    /// <param name="fold">The block.</param>
    /// <param name="large">
    /// Whether the block is of a tensor that no cache holds: long rows are then taken one at a time, in the order of memory, which it
    /// delivers faster.
    /// </param>
    public static void Run<TLoop, TOperations, TVector>(in TLoop loop, in RowFold fold, bool large)
        where TLoop : struct, IStripLoop
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        // By reference: of a readonly one the call through the interface would make a copy.
        ref var own = ref Unsafe.AsRef(in loop);
        var (rows, channels) = (fold.Rows, fold.Channels);
        var single = large && channels >= LongRow;
        var together = single ? 1 : Math.Clamp(FloatsTogether / channels, FewestTogether, MostTogether);
        var ahead = single ? LongRowsAhead : together;
        for (var row = 0; row < rows; row += together)
            Run<TLoop, TOperations, TVector>(ref own, row, Math.Min(together, rows - row), channels, ahead);
        Run<TLoop, TOperations, TVector>(ref own, rows, 1, fold.Rest, ahead);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Run<TLoop, TOperations, TVector>(ref TLoop loop, int row, int rows, int channels, int ahead)
        where TLoop : struct, IStripLoop
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        var strip = StripOperations<TOperations, TVector>.Width;
        var c = 0;
        for (; c + strip <= channels; c += strip)
            loop.Run<StripOperations<TOperations, TVector>, Strip<TVector>>(new(row, rows, c, strip, ahead));
        for (; c < channels; c += TOperations.Width)
            loop.Run<TOperations, TVector>(new(row, rows, c, channels - c, ahead));
    }
}
