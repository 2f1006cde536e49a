using System.Globalization;
using Batchwise.Lab;

namespace Batchwise.Cli;

/// <summary>
/// Progress as plain lines: one whenever another tenth is done and, so that a long step is not taken for a standstill, one whenever half a minute
/// has gone by without.
/// </summary>
sealed class ProgressLines : IProgress<LabProgress>, IDisposable
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    private readonly Action<string> write;
    private readonly TimeProvider time;
    private readonly TimeSpan between;
    private readonly ITimer timer;
    private readonly long began;
    private readonly Dictionary<string, long> tenths = [];
    private LabProgress? news;
    private long wrote;

    /// <param name="write">Takes the lines.</param>
    /// <param name="time">Tells the time.</param>
    /// <param name="between">The least time between two lines, and before the first.</param>
    public ProgressLines(Action<string> write, TimeProvider time, TimeSpan between = default)
    {
        (this.write, this.time, this.between) = (write, time, between);
        began = wrote = time.GetTimestamp();
        timer = time.CreateTimer(_ => BreakSilence(), null, LongestSilence, LongestSilence / 6);
    }

    public void Report(LabProgress value)
    {
        lock (tenths)
        {
            news = value;
            var tenth = value.Step * 10 / Math.Max(1, value.Steps);
            if (tenths.GetValueOrDefault(value.What, -1) >= tenth || time.GetElapsedTime(wrote) < between)
                return;
            tenths[value.What] = tenth;
            Write(Text(value) + Left(value));
        }
    }

    public void Dispose() => timer.Dispose();

    private void BreakSilence()
    {
        lock (tenths)
        {
            if (time.GetElapsedTime(wrote) < LongestSilence)
                return;
            Write(news is { } value ? Text(value) + Left(value) : string.Create(CultureInfo.InvariantCulture, $"still at work after {time.GetElapsedTime(began).TotalSeconds:0} s"));
        }
    }

    private void Write(string text)
    {
        news = null;
        wrote = time.GetTimestamp();
        write(text);
    }

    /// <summary>Step, accuracy and speed on one line.</summary>
    public static string Text(LabProgress value)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{value.What,-10} {value.Step,7:N0} of {value.Steps:N0}");
        if (!double.IsNaN(value.Accuracy))
            text += string.Create(CultureInfo.InvariantCulture, $", accuracy {value.Accuracy:0.0000}");
        if (!double.IsNaN(value.StepsPerSecond))
            text += string.Create(CultureInfo.InvariantCulture, $", {value.StepsPerSecond:N0} steps/s");
        return text;
    }

    private static string Left(LabProgress value) => value.StepsPerSecond > 0
        ? string.Create(CultureInfo.InvariantCulture, $", {(value.Steps - value.Step) / value.StepsPerSecond:0} s left")
        : "";
}
