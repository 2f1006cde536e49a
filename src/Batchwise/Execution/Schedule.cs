using System.Collections.Immutable;
using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// A plan's steps as groups that run one after another; the tasks of a group are independent. Neighbouring steps that do
/// not touch each other's data share a group, so that a barrier is paid once for both.
/// </summary>
sealed class Schedule
{
    /// <summary>Bits that the number of tasks of a group takes.</summary>
    public const int TaskBits = 22;

    private const int MostTasks = (1 << TaskBits) - 1;

    private readonly ImmutableArray<ImmutableArray<(Step Step, int Phase)>> groups;
    private readonly int[][] ends;
    private int preparedFor = -1;

    public Schedule(IEnumerable<Step> steps)
    {
        var done = ImmutableArray.CreateBuilder<ImmutableArray<(Step, int)>>();
        var current = new List<(Step Step, int Phase)>();
        var touched = new TouchedBuffers();
        foreach (var step in steps)
        {
            for (var phase = 0; phase < step.Phases; phase++)
            {
                // Nor does a phase share a group with the one before it, or a commit with what may still refuse it.
                if (current.Count > 0 && (phase > 0 || step.Commits != current[0].Step.Commits || touched.Conflict(step.Reads, step.Writes)))
                {
                    done.Add([.. current]);
                    current.Clear();
                    touched = new();
                }
                current.Add((step, phase));
                touched.Add(step.Reads, step.Writes, 0);
            }
        }
        if (current.Count > 0)
            done.Add([.. current]);
        groups = done.ToImmutable();
        ends = [.. groups.Select(group => new int[group.Length])];
        WorkerScratch = groups.SelectMany(group => group).Select(entry => entry.Step.WorkerScratch).DefaultIfEmpty().Max();
    }

    /// <summary>How many groups there are: the barriers of a run.</summary>
    public int Groups => groups.Length;

    /// <summary>Floats of scratch that each worker needs.</summary>
    public long WorkerScratch { get; }

    /// <summary>The steps and phases of one group.</summary>
    public ImmutableArray<(Step Step, int Phase)> Group(int group) => groups[group];

    /// <summary>Whether the tasks are those of such a batch.</summary>
    public bool IsPreparedFor(int count) => preparedFor == count;

    /// <summary>Refuses batches whose tasks are too many to be counted, or need too much scratch.</summary>
    /// <param name="count">The largest batch.</param>
    /// <exception cref="ArgumentException">They are or do; the message names the layer.</exception>
    public void RequireRunnable(int count)
    {
        foreach (var group in groups)
        {
            long tasks = 0;
            foreach (var (step, phase) in group)
            {
                tasks += step.Tasks(phase, count);
                if (tasks > MostTasks)
                    throw new ArgumentException(Invariant($"A batch of {count} is too large for this network: with '{step.Operation}' of layer '{step.Layer}' it makes {tasks} tasks at a time, and {MostTasks} are the most: {MemoryPlan.WayOut(count)}."));
                if (step.WorkerScratch > Shape.MaxSize)
                    throw new ArgumentException(Invariant($"'{step.Operation}' of layer '{step.Layer}' needs {step.WorkerScratch} floats of scratch, and {Shape.MaxSize} are the most: choose a network with smaller layers."));
            }
        }
    }

    /// <summary>Counts the tasks for a batch; does nothing if the last batch had as many samples.</summary>
    /// <exception cref="NotSupportedException">A group has 4 million tasks or more, which <see cref="RequireRunnable"/> refuses.</exception>
    public void Prepare(int count)
    {
        if (IsPreparedFor(count))
            return;
        preparedFor = -1;
        for (var g = 0; g < groups.Length; g++)
        {
            long end = 0;
            for (var e = 0; e < groups[g].Length; e++)
                ends[g][e] = (int)(end += groups[g][e].Step.Tasks(groups[g][e].Phase, count));
            if (end > MostTasks)
                throw new NotSupportedException($"{end:N0} tasks at a time are more than can be told apart. Use a smaller batch.");
        }
        preparedFor = count;
    }

    /// <summary>How many tasks a group has in all.</summary>
    public int Tasks(int group) => ends[group][^1];

    /// <summary>Runs one task of a group.</summary>
    public void RunTask(int group, int task, PlanRun run, Span<float> scratch)
    {
        var entry = 0;
        while (task >= ends[group][entry])
            entry++;
        var (step, phase) = groups[group][entry];
        step.Run(phase, task - Start(group, entry), run, scratch);
    }

    /// <summary>
    /// How many tasks of a group are a worker's own: of every step the same share, in the order of its tasks. Tasks that are
    /// near each other in one step work on what neighbours in the next one do, which then is in that worker's cache.
    /// </summary>
    public int OwnTasks(int group, int worker, int workers)
    {
        var own = 0;
        for (var entry = 0; entry < ends[group].Length; entry++)
        {
            var tasks = ends[group][entry] - Start(group, entry);
            own += First(tasks, worker + 1, workers) - First(tasks, worker, workers);
        }
        return own;
    }

    /// <summary>Runs one of the tasks that are a worker's own.</summary>
    public void RunOwnTask(int group, int worker, int workers, int index, PlanRun run, Span<float> scratch)
    {
        for (var entry = 0; ; entry++)
        {
            var tasks = ends[group][entry] - Start(group, entry);
            var first = First(tasks, worker, workers);
            var own = First(tasks, worker + 1, workers) - first;
            if (index < own)
            {
                var (step, phase) = groups[group][entry];
                step.Run(phase, first + index, run, scratch);
                return;
            }
            index -= own;
        }
    }

    private int Start(int group, int entry) => entry == 0 ? 0 : ends[group][entry - 1];

    private static int First(int tasks, int worker, int workers) => (int)(((long)tasks * worker + workers - 1) / workers);
}
