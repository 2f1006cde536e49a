using System.Collections.Immutable;
using System.Globalization;

namespace Batchwise.Lab;

/// <summary>The outcomes of the cells of <see cref="Rectifiers"/>, and what is read off them.</summary>
/// <param name="Outcomes">The outcome of each cell.</param>
/// <param name="Depths">The depths, ascending.</param>
/// <param name="Intervals">Whether there are seeds enough for intervals.</param>
sealed record RectifierResults(ImmutableDictionary<RectifierCell, ArmOutcome> Outcomes, ImmutableArray<int> Depths, bool Intervals)
{
    /// <summary>Two networks stand level where the whole interval of their difference lies within this much of 0.</summary>
    public const double Margin = 0.01;

    private const double TimesChance = 2;

    /// <summary>Batch norm less plain in every pair of cells; with it, He's start less each other.</summary>
    public int Comparisons => RectifierFunction.All.Length * Depths.Length * (2 * RectifierStart.All.Length - 1);

    /// <summary>The start after He, the last of the list.</summary>
    public static RectifierStart He => RectifierStart.All[^1];

    /// <summary>Xavier's, the one before.</summary>
    public static RectifierStart Xavier => RectifierStart.All[^2];

    /// <summary>The nonlinearity of a name.</summary>
    public static RectifierFunction Function(string name) => RectifierFunction.All.Single(function => function.Name == name);

    /// <summary>The outcome of a cell.</summary>
    public ArmOutcome Of(RectifierFunction function, RectifierStart start, int depth, bool normalized) => Outcomes[new(function, start, depth, normalized)];

    /// <summary>Seeds of a cell that end at chance: below twice the accuracy of guessing.</summary>
    public static int AtChance(ArmOutcome outcome) => outcome.Runs.Count(run => run.Test < TimesChance * run.Chance);

    /// <summary>Batch norm less plain.</summary>
    public PairedDifference Gain(RectifierFunction function, RectifierStart start, int depth) =>
        PairedDifference.Of(Of(function, start, depth, true).Test, Of(function, start, depth, false).Test, Comparisons);

    /// <summary>He's start less another, both with batch norm.</summary>
    public PairedDifference StartGain(RectifierFunction function, RectifierStart other, int depth) =>
        PairedDifference.Of(Of(function, He, depth, true).Test, Of(function, other, depth, true).Test, Comparisons);

    /// <summary>Whether the whole interval lies within the margin.</summary>
    public static bool IsLevel(PairedDifference difference) => difference.Low > -Margin && difference.High < Margin;

    /// <summary>The table of pairs: plain and batch norm.</summary>
    public TableResult Pairs()
    {
        ImmutableArray<TableColumn> columns =
        [
            new("activation", false), new("initialization", false), new("hidden layers", true), new("plain's setting", false), new("plain", true), new("plain at chance", true),
            new("batch norm's setting", false), new("batch norm", true), new("batch norm at chance", true),
        ];
        var rows = from function in RectifierFunction.All
                   from start in RectifierStart.All
                   from depth in Depths
                   let plain = Of(function, start, depth, false)
                   let norm = Of(function, start, depth, true)
                   let difference = Intervals ? Gain(function, start, depth) : null
                   let row = ImmutableArray.Create(function.Name, start.Name, Words.Count(depth), plain.Setting.Text(plain.Arm), Words.Accuracies(plain.Test), Chance(plain),
                       norm.Setting.Text(norm.Arm), Words.Accuracies(norm.Test), Chance(norm))
                   select difference is null ? row : row.AddRange(difference.Text(), Words.Of(difference.Verdict));
        return new("best", "Every cell at its own best rate", Intervals ? [.. columns, new("batch norm - plain", true), new("verdict", false)] : columns, [.. rows],
            $"Test accuracy{(Intervals ? ": mean ± deviation over seeds" : "")}. At chance: below twice the accuracy of guessing, diverged runs included. {Note}");
    }

    /// <summary>The table of starts with batch norm; null without intervals.</summary>
    public TableResult? Starts()
    {
        if (!Intervals)
            return null;
        var others = RectifierStart.All.Where(start => start != He).ToArray();
        var rows = from function in RectifierFunction.All
                   from depth in Depths
                   select ImmutableArray.CreateRange<string>(
                       [function.Name, Words.Count(depth), .. others.SelectMany(other => Cells(StartGain(function, other, depth)))]);
        return new("starts", "Does the initialization matter with batch norm?",
            [new("activation", false), new("hidden layers", true), .. others.SelectMany(other => new TableColumn[] { new($"he - {other.Name}", true), new("verdict", false), new("level", false) })], [.. rows],
            $"Differences in test accuracy between networks with batch norm. Level: the whole interval within {Points} of 0. {Note}");
        static string[] Cells(PairedDifference difference) => [difference.Text(), Words.Of(difference.Verdict), IsLevel(difference) ? "yes" : "not shown"];
    }

    /// <summary>The margin in words.</summary>
    public static string Points => Margin.ToString("0.###", CultureInfo.InvariantCulture);

    private string Note => Intervals
        ? $"Differences are paired by seed; t-intervals, Bonferroni-corrected for the {Comparisons} comparisons of this experiment, so that all hold together with 95 %. Better and worse: the interval leaves out 0."
        : "One seed: no interval.";

    private static string Chance(ArmOutcome outcome) => $"{AtChance(outcome)} of {outcome.Runs.Length}";
}
