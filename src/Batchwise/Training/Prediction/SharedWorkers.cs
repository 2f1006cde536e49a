namespace Batchwise;

/// <summary>Worker threads that several callers share: one run at a time has them, and the others go on without.</summary>
/// <param name="count">How many workers, the calling thread among them.</param>
sealed class SharedWorkers(int count)
{
    private WorkerPool? pool;
    private bool stopped;

    /// <summary>Held while the workers are in use.</summary>
    public Lock InUse { get; } = new();

    /// <summary>The workers, started when they are first asked for. The caller holds <see cref="InUse"/>.</summary>
    public WorkerPool Pool => pool ??= new WorkerPool(count);

    /// <summary>Runs a plan on all workers.</summary>
    /// <param name="plan">The plan, whose input is set.</param>
    /// <param name="batch">Its samples.</param>
    /// <returns>Whether it ran: false where another call has the workers, or where there is one alone.</returns>
    public bool TryRun(Plan plan, int batch)
    {
        // The thread that holds them may ask for a prediction meanwhile, while it reads its examples.
        if (count == 1 || InUse.IsHeldByCurrentThread || !InUse.TryEnter())
            return false;
        try
        {
            if (stopped)
                return false;
            plan.Run(Pool, batch);
            return true;
        }
        finally
        {
            InUse.Exit();
        }
    }

    /// <summary>Ends the workers when the run that has them is over; later runs go on without.</summary>
    public void Stop()
    {
        lock (InUse)
        {
            stopped = true;
            pool?.Dispose();
        }
    }
}
