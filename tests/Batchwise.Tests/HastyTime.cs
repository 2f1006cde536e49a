namespace Batchwise.Tests;

/// <summary>A clock that advances by a minute each time it is read.</summary>
sealed class HastyTime : TimeProvider
{
    private long minutes;

    public override long TimestampFrequency => 1;

    public override long GetTimestamp() => 60 * ++minutes;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ManualTime().CreateTimer(callback, state, dueTime, period);
}
