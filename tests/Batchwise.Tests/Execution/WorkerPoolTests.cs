namespace Batchwise.Tests.Execution;

/// <summary>How workers share the tasks of a schedule.</summary>
public class WorkerPoolTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Every_task_of_every_group_runs_once(int workers)
    {
        using var pool = new WorkerPool(workers);
        Counting[] steps = [new(1, 1), new(2, 16), new(2, 5), new(1, 0), new(3, 100)];
        var schedule = new Schedule(steps);
        for (var i = 1; i <= 50; i++)
        {
            pool.Run(schedule, Run());
            Assert.All(steps, step => Assert.All(step.Times, times => Assert.Equal(i, times)));
        }
    }

    /// <summary>Workers that come late to a run, of which there are more than processors, find nothing of it in the next one.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(16)]
    public void Schedules_batches_and_failures_may_alternate(int workers)
    {
        const int Most = 3;
        using var pool = new WorkerPool(workers);
        var steps = new[] { new Counting(2, 7, Most), new Counting(1, 40, Most), new Counting(1, 1, Most) };
        var failing = new Schedule([new Acting(3, task => throw new FormatException()), steps[0]]);
        var schedules = new[] { new Schedule([steps[0], steps[1]]), new Schedule([steps[2]]) };
        for (var i = 0; i < 600; i++)
        {
            if (i % 50 == 0)
            {
                Array.Clear(steps[0].Times);
                Assert.Throws<FormatException>(() => pool.Run(failing, Run()));
                // What shares a group with the failure may have run before it; the next group does not run.
                Assert.All(steps[0].Times[steps[0].Tasks(0, 1)..], times => Assert.Equal(0, times));
            }
            foreach (var step in steps)
                Array.Clear(step.Times);
            var (which, count) = (i % 3 % 2, 1 + i / 2 % Most);
            pool.Run(schedules[which], Run(count));
            for (var step = 0; step < steps.Length; step++)
            {
                var runs = (step < 2) == (which == 0);
                Assert.All(steps[step].Times.Index(), entry => Assert.Equal(runs && entry.Index < steps[step].Tasks(0, count) * steps[step].Phases ? 1 : 0, entry.Item));
            }
        }
    }

    [Fact]
    public void A_batch_of_too_many_tasks_is_refused_and_the_one_before_it_still_runs()
    {
        using var pool = new WorkerPool(2);
        var counting = new Counting(1, 5, most: 2);
        var schedule = new Schedule([counting, new Swelling()]);
        pool.Run(schedule, Run(1));
        Assert.Contains("Use a smaller batch.", Assert.Throws<NotSupportedException>(() => pool.Run(schedule, Run(2))).Message, StringComparison.Ordinal);
        pool.Run(schedule, Run(1));
        Assert.Equal([2, 2, 2, 2, 2, 0, 0, 0, 0, 0], counting.Times);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Of_every_step_of_a_group_each_worker_has_its_share_in_order(int workers)
    {
        var steps = new[] { new Counting(1, 16), new Counting(1, 5), new Counting(1, 1) };
        var schedule = new Schedule(steps);
        schedule.Prepare(1);
        for (var worker = 0; worker < workers; worker++)
        {
            foreach (var step in steps)
                step.Order.Clear();
            for (var i = 0; i < schedule.OwnTasks(0, worker, workers); i++)
                schedule.RunOwnTask(0, worker, workers, i, Run(), default);
            foreach (var step in steps)
            {
                var size = step.Times.Length;
                var first = (size * worker + workers - 1) / workers;
                Assert.Equal(Enumerable.Range(first, (size * (worker + 1) + workers - 1) / workers - first), step.Order);
            }
        }
        Assert.All(steps, step => Assert.All(step.Times, times => Assert.Equal(1, times)));
    }

    [Fact]
    public void Who_has_done_its_own_helps_the_others()
    {
        using var pool = new WorkerPool(2);
        // The first task ends when all others have: they are done by the other worker alone, those of this one's share too.
        var left = 15;
        var waiting = new Acting(16, task =>
        {
            if (task > 0)
                Interlocked.Decrement(ref left);
            else
                Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref left) == 0, Patience), "Nobody helped.");
        });
        pool.Run(new Schedule([waiting]), Run());
    }

    private static PlanRun Run(int count = 1) => new(new PlanMemory(NetworkState.Create(Network.Input(1), 0), 0, 0)) { Count = count };

    private sealed class Acting(int tasks, Action<int> act) : Step("act", "", [], [])
    {
        public override int Tasks(int phase, int count) => tasks;

        public override void Run(int phase, int task, PlanRun run, Span<float> scratch) => act(task);
    }

    private sealed class Swelling() : Step("swell", "", [], [])
    {
        public override int Tasks(int phase, int count) => count == 1 ? 1 : 1 << Schedule.TaskBits;

        public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
        {
        }
    }

    private sealed class Counting(int phases, int tasks, int most = 1) : Step("count", "", [], [])
    {
        private readonly int[] times = new int[phases * tasks * most];

        public int[] Times => times;

        public List<int> Order { get; } = [];

        public override int Phases => phases;

        public override int Tasks(int phase, int count) => tasks * count;

        public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
        {
            Interlocked.Increment(ref times[phase * tasks * run.Count + task]);
            lock (Order)
                Order.Add(task);
        }
    }
}
