using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Batchwise;

/// <summary>
/// Persistent workers: the caller and as many threads as are left. Each takes the tasks of its own share one by one, then
/// helps the others with theirs; between groups they wait, by spinning, until all tasks are done, whoever did them; and they park
/// when no run comes for a while, because waking costs far more than a small step takes.
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
        private static readonly long ParkAfter = Stopwatch.Frequency / 500;

        private readonly SemaphoreSlim[] wakeUps = [.. Enumerable.Range(0, workers).Select(_ => new SemaphoreSlim(0))];
        private readonly Counter[] parked = new Counter[workers];

        // Every group of every run has a turn of its own, later ones larger ones. How many of each worker's own tasks are taken, and how
        // many of all are done, is counted along with the turn, so that nobody sets a counter back and who comes late counts nothing.
        // 41 bits of turns last for half a year of the shortest runs, one behind the other.
        private readonly Counter[] taken = new Counter[workers];
        private Counter done;
        private long turns;

        // Twice the first turn of the latest run, and one more once that run is over; and the workers that are in it.
        private Counter gate;
        private Counter inside;
        private AlignedMemory scratch = new(0);
        private int scratchLength;
        private int wakersProcessor = -1;
        private int busy;
        private bool stopped;
        private Schedule? schedule;
        private int preparedFor;
        private int[] ends = [];
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
            // Whoever else runs the schedule may have prepared it for another batch.
            if (schedule != newSchedule || preparedFor != newRun.Count || !newSchedule.IsPreparedFor(newRun.Count))
                Prepare(newSchedule, newRun.Count);
            run = newRun;
            var first = turns + 1;
            turns += newSchedule.Groups;
            Interlocked.Exchange(ref gate.Value, 2 * first);
            var woken = false;
            for (var worker = 1; worker < workers; worker++)
            {
                if (Volatile.Read(ref parked[worker].Value) == 1 && Interlocked.Exchange(ref parked[worker].Value, 0) == 1)
                {
                    Volatile.Write(ref wakersProcessor, Processors.Current);
                    wakeUps[worker].Release();
                    woken = true;
                }
            }
            // One that was woken on this processor would wait until this thread's time is over: it gets the chance to leave.
            if (woken)
                Thread.Yield();
            TakePart(0, first);
            Interlocked.Increment(ref gate.Value);
            if (failure is { } error)
            {
                failure = null;
                ExceptionDispatchInfo.Throw(error);
            }
        }

        public void Work(int worker)
        {
            var seen = 1L;
            while (true)
            {
                AwaitRun(worker, seen);
                if (Volatile.Read(ref stopped))
                    return;
                // Who is counted here before the run is over finds its schedule as it was.
                Interlocked.Increment(ref inside.Value);
                var now = Volatile.Read(ref gate.Value);
                if (now % 2 == 0)
                    TakePart(worker, now / 2);
                Interlocked.Decrement(ref inside.Value);
                seen = now | 1;
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
            Interlocked.Add(ref gate.Value, 2);
            foreach (var wakeUp in wakeUps)
                wakeUp.Release();
        }

        private void Prepare(Schedule newSchedule, int count)
        {
            for (var spins = 0; Volatile.Read(ref inside.Value) > 0; spins++)
                Pause(spins);
            newSchedule.Prepare(count);
            (schedule, preparedFor) = (newSchedule, count);
            if (ends.Length < schedule.Groups * workers)
                ends = new int[schedule.Groups * workers];
            for (var i = 0; i < schedule.Groups * workers; i++)
                ends[i] = schedule.OwnTasks(i / workers, i % workers, workers);
            scratchLength = (int)AlignedMemory.RoundUp(schedule.WorkerScratch);
            if (scratch.Length < (long)scratchLength * workers)
                scratch = new AlignedMemory((long)scratchLength * workers);
        }

        /// <summary>
        /// Takes part in a run: of one group after another the tasks that nobody has taken. Who comes late finds none in the groups that
        /// are over, and joins the others; who comes when the run is over goes home again.
        /// </summary>
        private void TakePart(int worker, long first)
        {
            var mine = scratch.Span((long)scratchLength * worker, scratchLength);
            var groups = schedule!.Groups;
            for (var group = 0; group < groups; group++)
            {
                var tasks = schedule.Tasks(group);
                if (tasks == 0)
                    continue;
                var turn = first + group;
                var own = 0;
                for (var i = 0; i < workers; i++)
                    own += TakeOf((worker + i) % workers, group, turn, mine);
                if (own > 0)
                    Count(turn, own);
                for (var spins = 0; Volatile.Read(ref done.Value) < At(turn, tasks); spins++)
                    Pause(spins);
            }
        }

        /// <summary>Runs what is left of a worker's own tasks, and tells how many these were.</summary>
        private int TakeOf(int owner, int group, long turn, Span<float> mine)
        {
            var end = ends[group * workers + owner];
            ref var next = ref taken[owner].Value;
            var own = 0;
            while (true)
            {
                var before = Volatile.Read(ref next);
                var task = Of(before, turn);
                if (task >= end)
                    return own;
                if (Interlocked.CompareExchange(ref next, At(turn, task + 1), before) != before)
                    continue;
                own++;
                // What follows a failure would work on what is not there, and commit it.
                if (Volatile.Read(ref failure) is not null)
                    continue;
                try
                {
                    schedule!.RunOwnTask(group, owner, workers, task, run, mine);
                }
                catch (Exception error)
                {
                    Interlocked.CompareExchange(ref failure, error, null);
                }
            }
        }

        /// <summary>Counts tasks of a group that are done.</summary>
        private void Count(long turn, int tasks)
        {
            long before;
            do
                before = Volatile.Read(ref done.Value);
            while (Interlocked.CompareExchange(ref done.Value, At(turn, Of(before, turn) + tasks), before) != before);
        }

        private static long At(long turn, int count) => (turn << Schedule.TaskBits) + count;

        /// <summary>The count in a turn: none if the value is of an earlier one, more than there can be if it is of a later one.</summary>
        private static int Of(long value, long turn) => (value >> Schedule.TaskBits).CompareTo(turn) switch
        {
            < 0 => 0,
            0 => (int)(value & ((1 << Schedule.TaskBits) - 1)),
            _ => int.MaxValue,
        };

        private void AwaitRun(int worker, long seen)
        {
            var start = Stopwatch.GetTimestamp();
            for (var spins = 1; Volatile.Read(ref gate.Value) <= seen; spins++)
            {
                Pause(spins);
                if (spins % 64 != 0 || Stopwatch.GetTimestamp() - start < ParkAfter)
                    continue;
                Interlocked.Exchange(ref parked[worker].Value, 1);
                // A run that started meanwhile has either seen the flag, and wakes this worker, or is seen here.
                if (Volatile.Read(ref gate.Value) <= seen || Interlocked.Exchange(ref parked[worker].Value, 0) == 0)
                {
                    wakeUps[worker].Wait();
                    Processors.Leave(Volatile.Read(ref wakersProcessor));
                }
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

    /// <summary>A counter with cache lines of its own.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private struct Counter
    {
        public long Value;
    }
}
