namespace Batchwise;

/// <summary>Runs a schedule: every group's tasks in some order on some workers, a barrier after each group.</summary>
interface IExecutor
{
    /// <summary>How many workers take tasks.</summary>
    int Workers { get; }

    /// <summary>Runs the whole schedule and returns when all is done.</summary>
    /// <exception cref="Exception">Whatever a task threw; the first, if several did.</exception>
    void Run(Schedule schedule, PlanRun run);
}
