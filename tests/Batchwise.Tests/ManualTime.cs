namespace Batchwise.Tests;

/// <summary>Time that passes when a test says so, second by second.</summary>
sealed class ManualTime : TimeProvider
{
    private readonly List<ManualTimer> timers = [];
    private long seconds;

    public override long TimestampFrequency => 1;

    public override long GetTimestamp() => seconds;

    public void Pass(int more)
    {
        for (var i = 0; i < more; i++)
        {
            seconds++;
            foreach (var timer in timers)
                timer.Tick(seconds);
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        timers.Add(timer);
        return timer;
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        private long due = long.MaxValue;
        private long period = long.MaxValue;

        public void Tick(long now)
        {
            if (now < due)
                return;
            due = period == long.MaxValue ? long.MaxValue : now + period;
            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : time.seconds + (long)dueTime.TotalSeconds;
            this.period = period == Timeout.InfiniteTimeSpan ? long.MaxValue : (long)period.TotalSeconds;
            return true;
        }

        public void Dispose() => due = long.MaxValue;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
