using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Batchwise;

/// <summary>
/// Which buffers steps have read and written so far, found by the memory that they lie in: so a step is compared with those
/// that share memory with it, not with all of a plan.
/// </summary>
sealed class TouchedBuffers
{
    private readonly Dictionary<PlanBuffer, List<(PlanBuffer Buffer, int Step)>> reads = [];
    private readonly Dictionary<PlanBuffer, List<(PlanBuffer Buffer, int Step)>> writes = [];

    /// <summary>Notes what a step reads and writes.</summary>
    /// <param name="read">What it reads.</param>
    /// <param name="written">What it writes.</param>
    /// <param name="step">Its number.</param>
    public void Add(ImmutableArray<PlanBuffer> read, ImmutableArray<PlanBuffer> written, int step)
    {
        Add(reads, read, step);
        Add(writes, written, step);
    }

    /// <summary>The number of the last step that wrote to some of a buffer's memory; -1 where none did.</summary>
    public int LastWrite(PlanBuffer buffer) => Last(writes, buffer);

    /// <summary>Whether a step behind a given one has written what is read here, or touched what is written here.</summary>
    /// <param name="read">What is read.</param>
    /// <param name="written">What is written.</param>
    /// <param name="after">The number of the given step; -1 looks at all.</param>
    public bool Conflict(ImmutableArray<PlanBuffer> read, ImmutableArray<PlanBuffer> written, int after = -1)
    {
        foreach (var buffer in read)
        {
            if (Last(writes, buffer) > after)
                return true;
        }
        foreach (var buffer in written)
        {
            if (Last(writes, buffer) > after || Last(reads, buffer) > after)
                return true;
        }
        return false;
    }

    private static void Add(Dictionary<PlanBuffer, List<(PlanBuffer Buffer, int Step)>> touched, ImmutableArray<PlanBuffer> buffers, int step)
    {
        foreach (var buffer in buffers)
        {
            ref var entries = ref CollectionsMarshal.GetValueRefOrAddDefault(touched, buffer.Root, out _);
            (entries ??= []).Add((buffer, step));
        }
    }

    private static int Last(Dictionary<PlanBuffer, List<(PlanBuffer Buffer, int Step)>> touched, PlanBuffer buffer)
    {
        var last = -1;
        if (!touched.TryGetValue(buffer.Root, out var entries))
            return last;
        foreach (var (other, step) in entries)
        {
            if (step > last && other.Overlaps(buffer))
                last = step;
        }
        return last;
    }
}
