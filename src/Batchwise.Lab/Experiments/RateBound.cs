using System.Collections.Immutable;
using System.Globalization;

namespace Batchwise.Lab;

/// <summary>
/// The largest rates of a grid that an arm bears. One at the grid's upper end may be larger than the grid tells, one below it smaller.
/// </summary>
/// <param name="Arm">The arm.</param>
/// <param name="Outcomes">Its outcomes, in ascending order of rates.</param>
sealed record RateBound(Arm Arm, ImmutableArray<ArmOutcome> Outcomes)
{
    /// <summary>The validation accuracy that a run must exceed.</summary>
    public const double Trains = 0.9;

    /// <summary>How many runs diverged.</summary>
    public int Diverged => Outcomes.Sum(outcome => outcome.Diverged);

    /// <summary>How many runs there were.</summary>
    public int Runs => Outcomes.Sum(outcome => outcome.Runs.Length);

    private double Largest => Outcomes.Where(outcome => outcome.Runs.All(Train)).Select(outcome => (double)outcome.Setting.Rate).LastOrDefault();

    // Where no rate trains, the bound is somewhere below the grid: it counts as one step below.
    private double[] Logarithms => [.. Enumerable.Range(0, Outcomes[0].Runs.Length).Select(seed => Math.Log2(
        Outcomes.Where(outcome => Train(outcome.Runs[seed])).Select(outcome => (double)outcome.Setting.Rate).LastOrDefault(Outcomes[0].Setting.Rate / 2)))];

    /// <summary>The largest rate with which every seed trains.</summary>
    public string Text => Named(Largest);

    /// <summary>The largest rates of the seeds, each by itself.</summary>
    public string Range => Logarithms.Min() == Logarithms.Max() ? Named(Math.Pow(2, Logarithms.Min())) : $"{Named(Math.Pow(2, Logarithms.Min()))} to {Named(Math.Pow(2, Logarithms.Max()))}";

    /// <summary>The logarithm of how many times another's largest rate; an end is infinite where a seed's bound is known on one side alone.</summary>
    public PairedDifference Against(RateBound baseline, int comparisons)
    {
        var difference = PairedDifference.Of(Logarithms, baseline.Logarithms, comparisons);
        return difference with
        {
            Low = IsBelow || baseline.IsAbove ? double.NegativeInfinity : difference.Low - 1,
            High = IsAbove || baseline.IsBelow ? double.PositiveInfinity : difference.High + 1,
        };
    }

    /// <summary>The same as a factor with its interval.</summary>
    public string Factor(RateBound baseline, PairedDifference logarithms)
    {
        static string Times(double power) => double.IsPositiveInfinity(power) ? "open" : Math.Pow(2, power).ToString("0.##", CultureInfo.InvariantCulture);
        var (low, high) = (IsBelow || baseline.IsAbove, IsAbove || baseline.IsBelow);
        return $"{(low == high ? "" : low ? "<= " : ">= ")}{Times(logarithms.Mean)} [{Times(logarithms.Low)}, {Times(logarithms.High)}]";
    }

    // Whether some seed's bound lies at the grid's upper end or beyond, or below its lower one.
    private bool IsAbove => Logarithms.Max() >= Math.Log2(Outcomes[^1].Setting.Rate);

    private bool IsBelow => Logarithms.Min() < Math.Log2(Outcomes[0].Setting.Rate);

    private string Named(double rate) => rate < Outcomes[0].Setting.Rate ? "none" : rate >= Outcomes[^1].Setting.Rate ? $">= {Words.Rate(rate)}" : Words.Rate(rate);

    private static bool Train(RunResult run) => run.Diverged is null && run.Validation > Trains;
}
