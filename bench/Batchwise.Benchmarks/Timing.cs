using System.Diagnostics;

namespace Batchwise.Benchmarks;

/// <summary>Medians of repeated calls, as the peer's runner takes them.</summary>
static class Timing
{
    private const double SampleMicroseconds = 1000;
    private const int FewestWarmUps = 3;
    private const int PauseMilliseconds = 100;
    private const int BetweenCallsMilliseconds = 20;
    private const double WarmUpMicroseconds = 20_000;
    private const double LongSampleMicroseconds = 10_000;

    /// <summary>
    /// The median time of one call in microseconds, after a warm-up. Calls shorter than a millisecond are timed several
    /// together; samples in which the garbage collector ran are discarded.
    /// </summary>
    public static double Median(int samples, Action action) => RangeOf(samples, action).Median;

    /// <summary>The median, and the least, which a busy machine disturbs less.</summary>
    public static Range RangeOf(int samples, Action action)
    {
        var repeats = Repeats(samples, action);
        GC.Collect();
        var times = new List<double>();
        var disturbed = new List<double>();
        for (var i = 0; i < samples; i++)
        {
            var collections = GC.CollectionCount(0);
            var time = Time(action, repeats);
            (GC.CollectionCount(0) == collections ? times : disturbed).Add(time);
        }
        var taken = times.Count > 0 ? times : disturbed;
        return new Range(MedianOf(taken), taken.Min());
    }

    /// <summary>The medians of two actions, timed in turn.</summary>
    public static (double First, double Second) Medians(int samples, Action first, Action second)
    {
        var (repeatsFirst, repeatsSecond) = (Repeats(samples, first), Repeats(samples, second));
        var (timesFirst, timesSecond) = (new List<double>(), new List<double>());
        for (var i = 0; i < samples; i++)
        {
            timesFirst.Add(Time(first, repeatsFirst));
            timesSecond.Add(Time(second, repeatsSecond));
        }
        return (MedianOf(timesFirst), MedianOf(timesSecond));
    }

    /// <summary>
    /// The medians of two engines that have threads of their own, timed in turn, ten milliseconds at a time. Before each sample
    /// the other's threads get the time to fall asleep (they wait for work by spinning), and the engine runs until it is warm.
    /// </summary>
    public static (double First, double Second) MediansOfEngines(int samples, Action first, Action second)
    {
        var (timesFirst, timesSecond) = (new List<double>(), new List<double>());
        for (var i = 0; i < samples; i++)
        {
            timesFirst.Add(Warm(first));
            timesSecond.Add(Warm(second));
        }
        return (MedianOf(timesFirst), MedianOf(timesSecond));
    }

    /// <summary>The median of single calls, each after a pause of 20 ms, as when requests come now and then.</summary>
    public static double MedianAfterPauses(int samples, Action action)
    {
        var times = new List<double>();
        for (var i = 0; i < samples; i++)
        {
            Thread.Sleep(BetweenCallsMilliseconds);
            times.Add(Time(action, 1));
        }
        return MedianOf(times);
    }

    private static double Warm(Action action)
    {
        Thread.Sleep(PauseMilliseconds);
        var start = Stopwatch.GetTimestamp();
        var calls = 0;
        for (; Stopwatch.GetElapsedTime(start).TotalMicroseconds < WarmUpMicroseconds; calls++)
            action();
        var call = Stopwatch.GetElapsedTime(start).TotalMicroseconds / calls;
        return Time(action, (int)Math.Max(1, LongSampleMicroseconds / call));
    }

    public static double Rounded(double value) => Math.Round(value, 3);

    private static int Repeats(int samples, Action action)
    {
        for (var i = 0; i < Math.Max(FewestWarmUps, samples / 10); i++)
            action();
        return (int)Math.Clamp(SampleMicroseconds / Time(action, 1), 1, 1000);
    }

    private static double Time(Action action, int repeats)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < repeats; i++)
            action();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / repeats;
    }

    private static double MedianOf(List<double> values)
    {
        values.Sort();
        return (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }

    /// <summary>Microseconds of a call.</summary>
    public readonly record struct Range(double Median, double Least);
}
