using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.Intrinsics.X86;

namespace Batchwise;

/// <summary>
/// Persistent workers: the caller and as many threads as are left. Workers take tasks one by one from a shared counter,
/// wait for each other by spinning between groups, and park when no run comes for a while, because waking costs far more
/// than a small step takes.
/// </summary>
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
    /// <exception cref="ObjectDisposedException">The pool was disposed of.</exception>
    /// <exception cref="InvalidOperationException">Another thread's run is under way.</exception>
    public void Run(Schedule schedule, PlanRun run)
    {
        shared.Run(schedule, run);
        // Were it collected meanwhile, its workers would go home in the middle of the run.
        GC.KeepAlive(this);
    }

    public void Dispose()
    {
        shared.Stop();
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
        private int[] taken = [];
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
            ObjectDisposedException.ThrowIf(Volatile.Read(ref stopped), typeof(WorkerPool));
            if (Interlocked.Exchange(ref busy, 1) == 1)
                throw new InvalidOperationException("These workers are busy with another run: use a trainer from one thread at a time.");
            try
            {
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
            if (taken.Length < schedule.Groups * Line)
            {
                taken = new int[schedule.Groups * Line];
                arrived = new int[schedule.Groups * Line];
            }
            for (var group = 0; group < schedule.Groups; group++)
                taken[group * Line] = arrived[group * Line] = 0;
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
                var tasks = schedule.Tasks(group);
                int task;
                while ((task = Interlocked.Increment(ref taken[group * Line]) - 1) < tasks)
                {
                    // What follows a failure would work on what is not there, and commit it.
                    if (Volatile.Read(ref failure) is not null)
                        continue;
                    try
                    {
                        schedule.RunTask(group, task, run, mine);
                    }
                    catch (Exception error)
                    {
                        Interlocked.CompareExchange(ref failure, error, null);
                    }
                }
                if (group == groups - 1)
                    return;
                if (Interlocked.Increment(ref arrived[group * Line]) == workers)
                    continue;
                for (var spins = 0; Volatile.Read(ref arrived[group * Line]) < workers; spins++)
                    Pause(spins);
            }
        }

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
            if (spins % 4096 == 4095)
                Thread.Yield();
            else if (X86Base.IsSupported)
                X86Base.Pause();
            else
                Thread.SpinWait(1);
        }
    }
}
