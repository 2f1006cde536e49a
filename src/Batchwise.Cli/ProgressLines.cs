using System.Globalization;
using Batchwise.Lab;

namespace Batchwise.Cli;

/// <summary>Progress as plain lines: one whenever another tenth is done.</summary>
sealed class ProgressLines(TextWriter output) : IProgress<LabProgress>
{
    private readonly Dictionary<string, long> tenths = [];

    public void Report(LabProgress value)
    {
        lock (tenths)
        {
            var tenth = value.Step * 10 / Math.Max(1, value.Steps);
            if (tenths.GetValueOrDefault(value.What, -1) >= tenth)
                return;
            tenths[value.What] = tenth;
            output.WriteLine(Text(value) + Left(value));
        }
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
