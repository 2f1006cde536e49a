using System.Collections.Immutable;
using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// A step whose last phase completes a map block by block, so that operations on the blocks can follow in the same tasks, before
/// the block leaves the cache.
/// </summary>
abstract class BlockStep(string operation, string layer, ImmutableArray<PlanBuffer> reads, ImmutableArray<PlanBuffer> writes, PlanBuffer completed)
    : Step(operation, layer, reads, writes)
{
    private readonly List<(BlockOperation Operation, Part Part)> followers = [];

    /// <summary>The buffer that it completes.</summary>
    public PlanBuffer Completed { get; } = completed;

    public sealed override string Detail => string.Join(", ",
        followers.Select(follower => $"then {follower.Operation.Name}").Prepend(OwnDetail).Where(detail => detail.Length > 0));

    /// <summary>What there is to say of its own work; empty for nothing.</summary>
    protected virtual string OwnDetail => "";

    public sealed override long WorkerScratch => Math.Max(OwnScratch, followers.Select(follower => follower.Operation.WorkerScratch).DefaultIfEmpty().Max());

    /// <summary>Floats of scratch that its own tasks need.</summary>
    protected virtual long OwnScratch => 0;

    /// <summary>The block that a task of the last phase completes, in rows and channels of <see cref="Completed"/>.</summary>
    public abstract ConvolutionBlock Completes(int task, int count);

    /// <summary>Lets an operation follow on a part of what is completed.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="buffer">The part: channels of <see cref="Completed"/>.</param>
    public IBlocks Add(BlockOperation operation, PlanBuffer buffer)
    {
        var part = new Part(this, buffer.Start - Completed.Start, buffer.Channels);
        followers.Add((operation, part));
        Reads = [.. Reads, .. operation.Reads.Where(read => !Writes.Any(read.Overlaps))];
        Writes = [.. Writes, .. operation.Writes];
        return part;
    }

    public sealed override void Run(int phase, int task, PlanRun run, Span<float> scratch)
    {
        RunTask(phase, task, run, scratch);
        if (phase < Phases - 1)
            return;
        foreach (var (operation, part) in followers)
        {
            var block = part.Block(task, run.Count);
            if (block.Channels > 0)
                operation.Run(task, block, run, scratch);
        }
    }

    /// <summary>Runs one task of its own work.</summary>
    protected abstract void RunTask(int phase, int task, PlanRun run, Span<float> scratch);

    /// <summary>Some channels of what a step completes, in blocks.</summary>
    private sealed class Part(BlockStep step, int first, int channels) : IBlocks
    {
        public int Slots(int count) => step.Tasks(step.Phases - 1, count);

        public ConvolutionBlock Block(int slot, int count)
        {
            var block = step.Completes(slot, count);
            var start = Math.Max(block.FirstChannel, first);
            var end = Math.Min(block.FirstChannel + block.Channels, first + channels);
            return block with { FirstChannel = start - first, Channels = Math.Max(0, end - start) };
        }
    }
}
