using System.Globalization;

namespace Batchwise.Lab;

/// <summary>What a comparison decides.</summary>
public enum Verdict
{
    /// <summary>The interval holds zero.</summary>
    Undecided,

    /// <summary>The whole interval is above zero.</summary>
    Better,

    /// <summary>The whole interval is below zero.</summary>
    Worse,
}

/// <summary>
/// The mean of differences between runs that share their seed, with a t-interval. Intervals of one experiment are corrected
/// for their number after Bonferroni: each has confidence 1 - 0.05 / comparisons, so that all hold together with 95 %.
/// </summary>
/// <param name="Mean">The mean difference; above zero where the arm has more than the baseline.</param>
/// <param name="Low">The interval's lower end.</param>
/// <param name="High">The interval's upper end.</param>
public sealed record PairedDifference(double Mean, double Low, double High)
{
    /// <summary>The chance that any of an experiment's intervals misses what it should hold.</summary>
    public const double FamilyLevel = 0.05;

    /// <summary>What follows from it.</summary>
    public Verdict Verdict => Low > 0 ? Verdict.Better : High < 0 ? Verdict.Worse : Verdict.Undecided;

    /// <summary>Compares an arm with its baseline.</summary>
    /// <param name="values">The arm's values, one per seed.</param>
    /// <param name="baseline">The baseline's, in the same order of seeds.</param>
    /// <param name="comparisons">How many comparisons the experiment makes in all.</param>
    /// <exception cref="ArgumentException">The two have not the same seeds, or fewer than two.</exception>
    public static PairedDifference Of(IReadOnlyList<double> values, IReadOnlyList<double> baseline, int comparisons)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentOutOfRangeException.ThrowIfLessThan(comparisons, 1);
        if (values.Count != baseline.Count || values.Count < 2)
            throw new ArgumentException($"Pairs need as many values on either side, at least 2, not {values.Count} and {baseline.Count}.", nameof(values));
        double[] differences = [.. values.Zip(baseline, (value, other) => value - other)];
        var mean = Sample.Mean(differences);
        var half = StudentT.Quantile(1 - FamilyLevel / comparisons / 2, differences.Length - 1) * Sample.Deviation(differences) / Math.Sqrt(differences.Length);
        return new(mean, mean - half, mean + half);
    }

    /// <summary>
    /// The difference and its interval: <c>+0.0123 [+0.0101, +0.0145]</c>. What rounds to 0 keeps its sign, by which the verdict goes.
    /// </summary>
    /// <param name="decimals">Decimals of its numbers.</param>
    public string Text(int decimals = 4) => $"{Number(Mean, decimals)} [{Number(Low, decimals)}, {Number(High, decimals)}]";

    private static string Number(double value, int decimals) => (value > 0 ? "+" : value < 0 ? "-" : "") + Math.Abs(value).ToString($"F{decimals}", CultureInfo.InvariantCulture);
}
