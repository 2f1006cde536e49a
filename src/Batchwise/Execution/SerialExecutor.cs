namespace Batchwise;

/// <summary>
/// Runs every task on the calling thread. Given a number of virtual workers and a seed, it runs each group's tasks in an
/// order drawn from the seed and hands them to virtual workers at random, with their scratch full of NaN: the adversary
/// that results must not notice.
/// </summary>
sealed class SerialExecutor : IExecutor
{
    private readonly ulong? seed;
    private AlignedMemory scratch = new(0);
    private int[] order = [];
    private ulong runs;

    /// <summary>Tasks in their order.</summary>
    public SerialExecutor() => Workers = 1;

    /// <summary>Tasks in an adversarial order.</summary>
    public SerialExecutor(int workers, ulong seed)
    {
        Workers = workers;
        this.seed = seed;
    }

    public int Workers { get; }

    public void Run(Schedule schedule, PlanRun run)
    {
        var length = (int)AlignedMemory.RoundUp(schedule.WorkerScratch);
        if (scratch.Length < (long)length * Workers)
            scratch = new AlignedMemory((long)length * Workers);
        schedule.Prepare(run.Count);
        for (var group = 0; group < schedule.Groups; group++)
        {
            if (seed is { } key)
                RunShuffled(schedule, group, run, length, new Philox(key, RandomPurpose.Experiment, runs++));
            else
                RunInOrder(schedule, group, run, length);
        }
    }

    private void RunInOrder(Schedule schedule, int group, PlanRun run, int length)
    {
        var tasks = schedule.Tasks(group);
        for (var task = 0; task < tasks; task++)
            schedule.RunTask(group, task, run, scratch.Span(0, length));
    }

    private void RunShuffled(Schedule schedule, int group, PlanRun run, int length, Philox random)
    {
        var tasks = schedule.Tasks(group);
        if (order.Length < tasks)
            order = new int[tasks];
        for (var task = 0; task < tasks; task++)
            order[task] = task;
        random.Shuffle(order.AsSpan(0, tasks));
        scratch.Span(0, length * Workers).Fill(float.NaN);
        for (var i = 0; i < tasks; i++)
            schedule.RunTask(group, order[i], run, scratch.Span((long)length * random.NextInt(Workers), length));
    }
}
