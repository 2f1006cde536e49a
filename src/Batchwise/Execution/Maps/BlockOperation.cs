using System.Collections.Immutable;
using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// Work on a block of rows and channels of a map, which a step does on each block that it completes while the block is in the
/// cache, or that is a step of its own.
/// </summary>
abstract class BlockOperation(string name, ImmutableArray<PlanBuffer> reads, ImmutableArray<PlanBuffer> writes)
{
    /// <summary>What it does, as a plan prints it.</summary>
    public string Name { get; } = name;

    /// <summary>What it reads, the block's buffer included.</summary>
    public ImmutableArray<PlanBuffer> Reads { get; } = reads;

    /// <summary>What it writes.</summary>
    public ImmutableArray<PlanBuffer> Writes { get; } = writes;

    /// <summary>Floats of scratch that a worker needs.</summary>
    public virtual long WorkerScratch => 0;

    /// <summary>Works on one block.</summary>
    /// <param name="slot">The block's number among those of the whole buffer, for what is merged afterwards.</param>
    /// <param name="block">Its rows and channels.</param>
    /// <param name="run">The batch.</param>
    /// <param name="scratch">This worker's scratch; holds anything.</param>
    public abstract void Run(int slot, ConvolutionBlock block, PlanRun run, Span<float> scratch);
}

/// <summary>How a buffer is cut into blocks of rows and channels, fixed by the batch: every value is in one.</summary>
interface IBlocks
{
    /// <summary>How many blocks a batch has.</summary>
    int Slots(int count);

    /// <summary>One block; no channels where it has none of the buffer's.</summary>
    ConvolutionBlock Block(int slot, int count);
}
