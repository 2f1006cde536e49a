using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Batchwise;

/// <summary>
/// Persistent workers: the caller and as many threads as are left. Each takes the tasks of its own share one by one, then
/// helps the others with theirs; they wait for each other by spinning between groups, and park when no run comes for a while,
/// because waking costs far more than a small step takes.
/// </summary>
/// <remarks>
/// A share is the same part of every step's tasks, run after run, so that what a worker has written is read by the same one,
/// whose cache holds it.
/// </remarks>
sealed class WorkerPool : IExecutor, IDisposable
{
    private readonly Shared shared;

    /// <summary>A pool of <paramref name="workers"/> workers, the calling thread among them.</summary>
    public WorkerPool(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        Workers = workers;
        shared = new Shared(workers);
        for (var worker = 1; worker < workers; worker++)
        {
            // The thread knows only what is shared, so that a forgotten pool can be collected and ends its threads.
            var (state, number) = (shared, worker);
            new Thread(() => state.Work(number)) { IsBackground = true, Name = $"Batchwise worker {number}" }.Start();
        }
    }

    ~WorkerPool() => shared.Stop();

    public int Workers { get; }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Another thread's run is under way.</exception>
    public void Run(Schedule schedule, PlanRun run)
    {
        shared.Run(schedule, run);
        // Were it collected meanwhile, its workers would go home in the middle of the run.
        GC.KeepAlive(this);
    }

    /// <summary>Ends the workers, after the run that is under way; later ones are left to the thread that asks.</summary>
    public void Dispose()
    {
        shared.StopWhenIdle();
        GC.SuppressFinalize(this);
    }

    private sealed class Shared(int workers)
    {
        // Counters live a cache line apart.
        private const int Line = 32;
        private static readonly long ParkAfter = Stopwatch.Frequency / 500;

        private readonly SemaphoreSlim[] wakeUps = [.. Enumerable.Range(0, workers).Select(_ => new SemaphoreSlim(0))];
        private readonly int[] parked = new int[workers * Line];
        private AlignedMemory scratch = new(0);
        private int scratchLength;
        private readonly Share[] shares = new Share[2 * workers];
        private int[] arrived = [];
        private int generation;
        private int finished;
        private int busy;
        private bool stopped;
        private Schedule schedule = null!;
        private PlanRun run = null!;
        private Exception? failure;

        public void Run(Schedule newSchedule, PlanRun newRun)
        {
            if (Interlocked.Exchange(ref busy, 1) == 1)
                throw new InvalidOperationException("These workers are busy with another run.");
            try
            {
                if (Volatile.Read(ref stopped))
                    new SerialExecutor().Run(newSchedule, newRun);
                else
                    RunAlone(newSchedule, newRun);
            }
            finally
            {
                Volatile.Write(ref busy, 0);
            }
        }

        private void RunAlone(Schedule newSchedule, PlanRun newRun)
        {
            (schedule, run) = (newSchedule, newRun);
            Prepare();
            Volatile.Write(ref finished, 0);
            Interlocked.Increment(ref generation);
            for (var worker = 1; worker < workers; worker++)
            {
                if (Volatile.Read(ref parked[worker * Line]) == 1 && Interlocked.Exchange(ref parked[worker * Line], 0) == 1)
                    wakeUps[worker].Release();
            }
            TakePart(0);
            for (var spins = 0; Volatile.Read(ref finished) != workers - 1; spins++)
                Pause(spins);
            if (failure is { } error)
            {
                failure = null;
                ExceptionDispatchInfo.Throw(error);
            }
        }

        public void Work(int worker)
        {
            var seen = 0;
            while (true)
            {
                AwaitGeneration(worker, seen);
                if (Volatile.Read(ref stopped))
                    return;
                seen = Volatile.Read(ref generation);
                TakePart(worker);
                Interlocked.Increment(ref finished);
            }
        }

        /// <summary>A worker that went home in the middle of a run would leave the others waiting for it.</summary>
        public void StopWhenIdle()
        {
            for (var spins = 0; Interlocked.Exchange(ref busy, 1) == 1; spins++)
                Pause(spins);
            Stop();
            Volatile.Write(ref busy, 0);
        }

        public void Stop()
        {
            Volatile.Write(ref stopped, true);
            Interlocked.Increment(ref generation);
            foreach (var wakeUp in wakeUps)
                wakeUp.Release();
        }

        private void Prepare()
        {
            schedule.Prepare(run.Count);
            if (arrived.Length < schedule.Groups * Line)
                arrived = new int[schedule.Groups * Line];
            for (var group = 0; group < schedule.Groups; group++)
                arrived[group * Line] = 0;
            for (var group = 0; group < Math.Min(2, schedule.Groups); group++)
            {
                for (var worker = 0; worker < workers; worker++)
                    Renew(group, worker);
            }
            scratchLength = (int)AlignedMemory.RoundUp(schedule.WorkerScratch);
            if (scratch.Length < (long)scratchLength * workers)
                scratch = new AlignedMemory((long)scratchLength * workers);
        }

        private void TakePart(int worker)
        {
            var mine = scratch.Span((long)scratchLength * worker, scratchLength);
            var groups = schedule.Groups;
            for (var group = 0; group < groups; group++)
            {
                for (var i = 0; i < workers; i++)
                    TakeOf((worker + i) % workers, group, mine);
                if (group == groups - 1)
                    return;
                if (Interlocked.Increment(ref arrived[group * Line]) != workers)
                {
                    for (var spins = 0; Volatile.Read(ref arrived[group * Line]) < workers; spins++)
                        Pause(spins);
                }
                // Nobody is in this group any more, and nobody comes to the one after the next before this worker does.
                if (group + 2 < groups)
                    Renew(group + 2, worker);
            }
        }

        /// <summary>Runs what is left of a worker's own tasks.</summary>
        private void TakeOf(int owner, int group, Span<float> mine)
        {
            ref var share = ref ShareOf(group, owner);
            int task;
            while (Volatile.Read(ref share.Next) < share.End && (task = Interlocked.Increment(ref share.Next) - 1) < share.End)
            {
                // What follows a failure would work on what is not there, and commit it.
                if (Volatile.Read(ref failure) is not null)
                    continue;
                try
                {
                    schedule.RunOwnTask(group, owner, workers, task, run, mine);
                }
                catch (Exception error)
                {
                    Interlocked.CompareExchange(ref failure, error, null);
                }
            }
        }

        private void Renew(int group, int worker)
        {
            ref var share = ref ShareOf(group, worker);
            share.End = schedule.OwnTasks(group, worker, workers);
            Volatile.Write(ref share.Next, 0);
        }

        /// <summary>A worker's share of a group: groups take two sets of shares in turn.</summary>
        private ref Share ShareOf(int group, int worker) => ref shares[group % 2 * workers + worker];

        private void AwaitGeneration(int worker, int seen)
        {
            var start = Stopwatch.GetTimestamp();
            for (var spins = 1; Volatile.Read(ref generation) == seen; spins++)
            {
                Pause(spins);
                if (spins % 64 != 0 || Stopwatch.GetTimestamp() - start < ParkAfter)
                    continue;
                Interlocked.Exchange(ref parked[worker * Line], 1);
                // A run that started meanwhile has either seen the flag, and wakes this worker, or is seen here.
                if (Volatile.Read(ref generation) == seen || Interlocked.Exchange(ref parked[worker * Line], 0) == 0)
                    wakeUps[worker].Wait();
                start = Stopwatch.GetTimestamp();
            }
        }

        private static void Pause(int spins)
        {
            // With more workers than processors, whoever is waited for may need this one's.
            if (spins % 64 == 63)
                Thread.Yield();
            else if (X86Base.IsSupported)
                X86Base.Pause();
            else
                Thread.SpinWait(1);
        }
    }

    /// <summary>A worker's own tasks of a group, from which others take once they have none: a cache line of its own.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private struct Share
    {
        public int Next;
        public int End;
    }
}
