using System.Globalization;

namespace Batchwise.Lab;

/// <summary>Numbers as tables and sentences show them.</summary>
static class Words
{
    /// <summary>An accuracy.</summary>
    public static string Accuracy(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    /// <summary>Mean and deviation over seeds; the value alone of one seed.</summary>
    public static string Accuracies(IReadOnlyCollection<double> values) => values.Count < 2
        ? Accuracy(Sample.Mean(values))
        : $"{Accuracy(Sample.Mean(values))} ± {Accuracy(Sample.Deviation(values))}";

    /// <summary>A learning rate.</summary>
    public static string Rate(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    /// <summary>A whole number.</summary>
    public static string Count(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Steps, or that they are more than were taken.</summary>
    public static string Steps(double steps, long budget) => double.IsFinite(steps) ? Count(steps) : $"> {Count(budget)}";

    /// <summary>The time of some steps in seconds, or that it is more than was spent.</summary>
    public static string Seconds(double steps, long budget, double secondsPerStep) => double.IsFinite(steps)
        ? (steps * secondsPerStep).ToString("0.00", CultureInfo.InvariantCulture)
        : "> " + (budget * secondsPerStep).ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>Microseconds.</summary>
    public static string Microseconds(double seconds) => (seconds * 1e6).ToString("0", CultureInfo.InvariantCulture);

    /// <summary>A verdict.</summary>
    public static string Of(Verdict verdict) => verdict switch { Verdict.Better => "better", Verdict.Worse => "worse", _ => "undecided" };

    /// <summary>Names in a sentence: "a, b and c"; "none" of none.</summary>
    public static string List(IReadOnlyList<string> names) => names.Count switch
    {
        0 => "none",
        1 => names[0],
        _ => $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}",
    };
}
