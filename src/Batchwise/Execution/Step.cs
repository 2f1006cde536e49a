using System.Collections.Immutable;

namespace Batchwise;

/// <summary>
/// One operation of a plan: what it reads, what it writes, and its work as phases of independent tasks. Which tasks there
/// are depends on shapes and the batch alone, never on the number of threads; a task's result does not depend on which
/// worker runs it or when. Barriers between phases belong to the executor.
/// </summary>
abstract class Step(string operation, string layer, ImmutableArray<PlanBuffer> reads, ImmutableArray<PlanBuffer> writes)
{
    /// <summary>What it does: <c>dense forward</c>.</summary>
    public string Operation { get; } = operation;

    /// <summary>The layer it belongs to.</summary>
    public string Layer { get; } = layer;

    /// <summary>What it was fused with and which kernel was chosen; empty where there is nothing to say.</summary>
    public virtual string Detail => "";

    public ImmutableArray<PlanBuffer> Reads { get; private protected set; } = reads;

    public ImmutableArray<PlanBuffer> Writes { get; private protected set; } = writes;

    /// <summary>
    /// Gradients of parameters that its tasks complete and check: a run in which one of their values is not finite has failed when
    /// the step ends. A gradient that no step declares is checked by a <see cref="CheckStep"/>.
    /// </summary>
    public virtual ImmutableArray<PlanBuffer> Checked => [];

    /// <summary>Whether it changes the state, unless the run has failed. All checks of a run end before its first commit begins.</summary>
    public virtual bool Commits => false;

    /// <summary>How many phases it has for any batch.</summary>
    public virtual int Phases => 1;

    /// <summary>How many tasks a phase has for a batch of <paramref name="count"/> samples.</summary>
    public abstract int Tasks(int phase, int count);

    /// <summary>Floats of scratch that a worker needs while it runs one of the tasks.</summary>
    public virtual long WorkerScratch => 0;

    /// <summary>
    /// Bytes that it moves between memory and the processor for a batch if nothing is in the cache before: every buffer that it
    /// reads, and every one that it writes, once. What follows a step on its blocks finds these in the cache.
    /// </summary>
    /// <param name="count">The batch.</param>
    /// <param name="largerThan">Counts buffers of more bytes than this alone.</param>
    public long Traffic(int count, long largerThan = 0) => Bytes(Reads, count, largerThan) + Bytes(Writes, count, largerThan);

    /// <summary>Runs one task.</summary>
    /// <param name="phase">Its phase.</param>
    /// <param name="task">Its number within the phase.</param>
    /// <param name="run">The batch.</param>
    /// <param name="scratch">This worker's scratch; holds anything.</param>
    public abstract void Run(int phase, int task, PlanRun run, Span<float> scratch);

    private static long Bytes(ImmutableArray<PlanBuffer> buffers, int count, long largerThan)
    {
        long bytes = 0;
        foreach (var together in buffers.GroupBy(buffer => buffer.Root))
        {
            var seen = new List<PlanBuffer>();
            foreach (var buffer in together)
            {
                var size = buffer.Values(count) * sizeof(float);
                if (size > largerThan && !seen.Exists(earlier => earlier.Covers(buffer)))
                    bytes += size;
                seen.Add(buffer);
            }
        }
        return bytes;
    }
}
