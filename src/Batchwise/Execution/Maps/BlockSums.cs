using Batchwise.Kernels;

namespace Batchwise;

/// <summary>What tasks leave of each block of a map, one value per channel in the block's slot, and what is made of it in the blocks' order.</summary>
sealed class BlockSums(int channels, int capacity)
{
    private double[] values = [];

    /// <summary>Makes room for the blocks of any batch.</summary>
    public void Fit(IBlocks blocks)
    {
        long room = 0;
        for (var count = 1; count <= capacity; count++)
            room = Math.Max(room, (long)blocks.Slots(count) * channels);
        if (room > Shape.MaxSize)
            throw new ArgumentException($"What the blocks of a map leave would take {room} numbers, and {Shape.MaxSize} are the most: {MemoryPlan.WayOut(capacity)}.");
        if (room > values.Length)
            values = new double[room];
    }

    /// <summary>The values of a block's channels.</summary>
    public Span<double> Of(int slot, ConvolutionBlock block) => values.AsSpan(slot * channels + block.FirstChannel, block.Channels);

    /// <summary>Adds the blocks of some channels up.</summary>
    /// <param name="blocks">The blocks.</param>
    /// <param name="count">The batch.</param>
    /// <param name="first">The first channel.</param>
    /// <param name="sums">Receives one sum per channel.</param>
    public void Add(IBlocks blocks, int count, int first, Span<double> sums)
    {
        sums.Clear();
        for (var slot = 0; slot < blocks.Slots(count); slot++)
        {
            var (start, length) = Channels(blocks.Block(slot, count), first, sums.Length);
            var part = Of(slot, first + start, length);
            var totals = sums.Slice(start, length);
            for (var c = 0; c < part.Length; c++)
                totals[c] += part[c];
        }
    }

    /// <summary>Which of some channels a block has.</summary>
    public static (int Start, int Length) Channels(ConvolutionBlock block, int first, int count)
    {
        var start = Math.Clamp(block.FirstChannel - first, 0, count);
        return (start, Math.Clamp(block.FirstChannel + block.Channels - first, start, count) - start);
    }

    /// <summary>The values of some channels of a block.</summary>
    public ReadOnlySpan<double> Of(int slot, int first, int length) => values.AsSpan(slot * channels + first, length);
}
