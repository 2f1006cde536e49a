using Batchwise.Kernels;

namespace Batchwise;

/// <summary>One execution of a plan: its batch, its place in the training run, and what went wrong in it.</summary>
sealed class PlanRun(PlanMemory memory)
{
    private int failed;

    /// <summary>The samples of this batch.</summary>
    public int Count { get; set; }

    /// <summary>The training step, counted from 0.</summary>
    public long Step { get; set; }

    /// <summary>The run's seed.</summary>
    public ulong Seed { get; set; }

    /// <summary>The learning rate of this step.</summary>
    public float LearningRate { get; set; }

    /// <summary>Which stored statistics layers use that do not use the batch's.</summary>
    public StatisticsSource Source { get; set; }

    /// <summary>The classes of the samples: [capacity].</summary>
    public int[] Labels { get; set; } = [];

    /// <summary>The memory of the plan.</summary>
    public PlanMemory Memory { get; } = memory;

    /// <summary>Whether something that was to be committed is not finite, so that nothing may be.</summary>
    public bool Failed => Volatile.Read(ref failed) != 0;

    /// <summary>A buffer's floats for this batch.</summary>
    public Span<float> this[PlanBuffer buffer] => Memory.Span(buffer, Count);

    /// <summary>A buffer's rows for this batch.</summary>
    public int Rows(PlanBuffer buffer) => buffer.Rows(Count);

    /// <summary>Starts afresh.</summary>
    public void Reset() => failed = 0;

    /// <summary>Notes that this step must not be committed.</summary>
    public void Fail() => Volatile.Write(ref failed, 1);

    /// <summary>Fails the run if a value is infinite or NaN. Called on gradients while they are in the cache.</summary>
    public void RequireFinite(ReadOnlySpan<float> values)
    {
        if (!Finite.All(values))
            Fail();
    }
}
