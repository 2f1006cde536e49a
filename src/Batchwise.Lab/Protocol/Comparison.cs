using System.Collections.Immutable;
using System.Globalization;

namespace Batchwise.Lab;

/// <summary>Arms at settings of their own, over the same fresh seeds, against one or more baselines.</summary>
public sealed class Comparison
{
    private readonly Workbench bench;
    private readonly long steps;
    private readonly ImmutableArray<string> baselines;

    /// <summary>Compares outcomes.</summary>
    /// <param name="bench">Where they ran.</param>
    /// <param name="outcomes">One outcome per arm, in the order of tables.</param>
    /// <param name="steps">The budget of a run.</param>
    /// <param name="baselines">The names of the baselines; one that was not run is left out.</param>
    /// <param name="others">Comparisons that the experiment makes beside these; all intervals are corrected for the sum.</param>
    public Comparison(Workbench bench, ImmutableArray<ArmOutcome> outcomes, long steps, ImmutableArray<string> baselines, int others = 0)
    {
        ArgumentNullException.ThrowIfNull(bench);
        (this.bench, this.steps, Outcomes) = (bench, steps, outcomes);
        this.baselines = [.. baselines.Where(name => outcomes.Any(outcome => outcome.Arm.Name == name))];
        // Two baselines that are compared with each other are one comparison.
        var own = this.baselines.Select((_, i) => outcomes.Length - 1 - i).Sum();
        Comparisons = Math.Max(1, own + others);
    }

    /// <summary>The outcomes.</summary>
    public ImmutableArray<ArmOutcome> Outcomes { get; }

    /// <summary>How many comparisons the experiment's intervals are corrected for.</summary>
    public int Comparisons { get; }

    /// <summary>Runs cells over the fresh seeds, every run scored on the test set at its end.</summary>
    /// <param name="bench">Where they run.</param>
    /// <param name="cells">Arms and their settings.</param>
    /// <param name="steps">Steps of a run.</param>
    /// <param name="change">Gives every request other data, another network or batch; null for the bench's.</param>
    /// <returns>An outcome per cell, in their order.</returns>
    public static ImmutableArray<ArmOutcome> Run(
        Workbench bench, IEnumerable<(Arm Arm, ArmSetting Setting)> cells, long steps, Func<RunRequest, RunRequest>? change = null)
    {
        ArgumentNullException.ThrowIfNull(bench);
        (Arm Arm, ArmSetting Setting)[] all = [.. cells];
        var seeds = bench.Settings.FreshSeeds;
        var requests = from cell in all from seed in seeds select bench.Request(cell.Arm, cell.Setting, seed, steps, scoreTest: true);
        var results = bench.RunAll(change is null ? requests : requests.Select(change));
        var times = results.GroupBy(run => run.Arm).ToDictionary(runs => runs.Key, ArmOutcome.StepTime);
        return [.. all.Select((cell, i) => new ArmOutcome(cell.Arm, cell.Setting, results.Slice(i * seeds.Length, seeds.Length), times[cell.Arm.Name]))];
    }

    /// <summary>The outcome of an arm; null if it was not run.</summary>
    public ArmOutcome? Of(string arm) => Outcomes.FirstOrDefault(outcome => outcome.Arm.Name == arm);

    /// <summary>An arm's test accuracy against a baseline's, seed by seed; null of one seed, or if either was not run.</summary>
    public PairedDifference? Difference(string arm, string baseline) => bench.Settings.Quick || Of(arm) is not { } left || Of(baseline) is not { } right
        ? null
        : PairedDifference.Of(left.Test, right.Test, Comparisons);

    /// <summary>The table of all arms: settings, accuracy, differences from the baselines.</summary>
    /// <param name="name">The table's name.</param>
    /// <param name="title">Its heading.</param>
    public TableResult Table(string name, string title)
    {
        var shown = bench.Settings.Quick ? [] : baselines;
        TableColumn[] against = [.. shown.SelectMany(baseline => new[] { new TableColumn($"against {baseline}", true), new TableColumn("verdict", false) })];
        var rows = Outcomes.Select(outcome =>
        {
            var row = ImmutableArray.CreateBuilder<string>();
            row.AddRange(outcome.Arm.Name, outcome.Setting.Text(outcome.Arm), Words.Accuracies(outcome.Test));
            foreach (var baseline in shown)
            {
                var difference = baseline == outcome.Arm.Name ? null : Difference(outcome.Arm.Name, baseline);
                row.AddRange(difference?.Text() ?? "", difference is null ? "baseline" : Words.Of(difference.Verdict));
            }
            row.Add($"{outcome.Diverged} of {outcome.Runs.Length}");
            return row.ToImmutable();
        });
        return new(name, title, [new("method", false), new("setting", false), new("test accuracy", true), .. against, new("diverged", true)], [.. rows],
            (bench.Settings.Quick ? "" : "Test accuracy: mean ± deviation over seeds. ") + IntervalNote);
    }

    /// <summary>The table of speed: steps and seconds to a target, and accuracy after equal steps and in equal time.</summary>
    /// <param name="name">The table's name.</param>
    /// <param name="title">Its heading.</param>
    /// <param name="target">The validation accuracy to reach.</param>
    public TableResult SpeedTable(string name, string title, double target)
    {
        var percent = (target * 100).ToString("0.#", CultureInfo.InvariantCulture);
        var clock = baselines.IsEmpty ? null : Of(baselines[0]);
        TableColumn[] inTime = clock is null ? [] : [new($"validation in {clock.Arm.Name}'s time", true)];
        var rows = Outcomes.Select(outcome =>
        {
            var reached = outcome.StepsTo(target);
            string[] within = clock is null ? [] : [Words.Accuracy(outcome.AccuracyWithin(steps * clock.SecondsPerStep))];
            return ImmutableArray.Create([
                outcome.Arm.Name, Words.Steps(reached, steps), Words.Seconds(reached, steps, outcome.SecondsPerStep), $"{outcome.Reached(target)} of {outcome.Runs.Length}",
                Words.Accuracy(outcome.AccuracyAt(steps)), .. within, Words.Microseconds(outcome.SecondsPerStep)]);
        });
        var note = "Accuracies of the validation curve, with moving averages." + (bench.Settings.Quick ? "" : " Steps and seconds: medians over seeds. Accuracies: means.")
            + (clock is null ? "" : string.Create(CultureInfo.InvariantCulture, $" {clock.Arm.Name}'s time: what {Words.Count(steps)} of its steps take ({steps * clock.SecondsPerStep:0.00} s); a faster method is looked at after its own last step."));
        return new(name, title,
            [new("method", false), new($"steps to {percent} %", true), new($"seconds to {percent} %", true), new("reached by", true), new($"validation after {Words.Count(steps)} steps", true), .. inTime, new("us per step", true)],
            [.. rows], note);
    }

    /// <summary>The curves of some arms: mean validation accuracy over steps.</summary>
    internal IReadOnlyList<PlotLine> Curves(IEnumerable<Arm> arms) => [.. from arm in arms
                                                                         let outcome = Of(arm.Name)
                                                                         where outcome is not null
                                                                         select new PlotLine(arm.Title, [.. Looks(outcome).Select(step => ((double)step, outcome.AccuracyAt(step)))])];

    /// <summary>The sentence that says how intervals are made.</summary>
    public string IntervalNote => bench.Settings.Quick
        ? "One seed: no interval."
        : $"Differences are paired by seed; t-intervals over {bench.Settings.Seeds} seeds, Bonferroni-corrected for the {Comparisons} comparisons of this experiment, so that all hold together with 95 %. Better and worse: the interval leaves out 0.";

    private static IEnumerable<long> Looks(ArmOutcome outcome) => outcome.Runs.SelectMany(run => run.Points).Select(point => point.Step).Distinct().Order();
}
