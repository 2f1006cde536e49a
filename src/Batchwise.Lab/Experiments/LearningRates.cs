using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>Which rates each method bears, and what it reaches with them.</summary>
sealed class LearningRates(Subject subject) : Experiment
{
    private const string Asked = "learning-rates";
    private const double Floor = 0.85;

    // Maps and rectifiers bear smaller rates than vectors and sigmoids do; shorter runs reach less.
    private ImmutableArray<float> Rates { get; } = [.. Enumerable.Range(-4, subject.OnMaps ? 9 : 11).Select(power => MathF.Pow(2, power))];

    private double Target => subject.OnMaps ? 0.96 : 0.97;

    public override string Name => subject.Name(Asked);

    public override string Title => subject.Title("Learning rates");

    public override string Question => subject.Question("Which learning rates does each method bear, and how fast does it learn with its best one?");

    public override string Literature => subject.Literature(
        "Batch normalization enables much higher learning rates (Ioffe and Szegedy 2015, arXiv 1502.03167, sections 3.3 and 4.2: five times Inception's rate, with which the network without "
        + "normalization runs into infinite values, and thirty times). Bjorck et al. 2018 (arXiv 1806.02375) hold this to be the main reason for its success.");

    public override long DefaultSteps => subject.OnMaps ? 2_500 : 10_000;

    public override long QuickSteps => subject.OnMaps ? 1_000 : 2_500;

    public override Network CreateNetwork(Shape input, int classes) => subject.CreateNetwork(input, classes);

    public override ExperimentResult Run(Workbench bench)
    {
        ArgumentNullException.ThrowIfNull(bench);
        if (subject.Refusal(bench.Base, Asked) is { } reason)
            return NotRun(bench, reason);
        var steps = Steps(bench);
        var (arms, refused) = bench.Admit(subject.Fit(bench.Settings.Arms, steps));
        var gridSteps = Math.Max(1, steps * 2 / 5);
        bench.Expect(Name, arms.Sum(arm => Halving.ExpectedSteps(arm, Rates.Length, steps) + bench.Settings.FreshSeeds.Length * (steps + Rates.Length * gridSteps)));
        var searches = Halving.Search(bench, arms, Rates, steps);
        var grid = Comparison.Run(bench, from search in searches
                                         from rate in Rates.Append(search.Best.Rate).Distinct().Order()
                                         select (search.Arm, search.Best with { Rate = rate }), gridSteps);
        // Beside accuracies, the largest rates of all other arms are compared with plain's.
        var best = new Comparison(bench, Comparison.Run(bench, searches.Select(search => (search.Arm, search.Best)), steps), steps,
            [Arms.Plain.Name], others: arms.Count(arm => arm != Arms.Plain));
        var bounds = arms.Select(arm => new RateBound(arm, [.. grid.Where(outcome => outcome.Arm == arm)])).ToImmutableArray();
        var frame = Frame(bench,
            $"Every method is run with every rate of the grid ({Words.Rate(Rates[0])} to {Words.Rate(Rates[^1])} by factors of 2; its best rate too where that lies beyond) and every fresh seed for {Words.Count(gridSteps)} steps, "
            + $"and with the best rate of its search for {Words.Count(steps)}; a method's own setting is the one found by its search. A rate trains if the run does not diverge and ends above {RateBound.Trains * 100:0} % validation accuracy."
            + (subject.OnMaps ? " " + MapArms.Note(steps) : ""));
        var (answer, here) = bench.Settings.Quick ? (null, null) : Answer(bounds, best);
        return frame with
        {
            Answer = answer,
            Here = here,
            Tables = [BoundTable(bounds, best, bench), best.Table("best", "Each method with its best rate"), best.SpeedTable("speed", "How fast: each method with its best rate", Target), RateTable(arms, grid, bench)],
            Figures = [.. Figures(arms, grid, best, bench)],
            Refused = refused,
            Notes = [.. frame.Notes, .. EdgeNotes(searches)],
        };
    }

    private static string Axis(string what, Workbench bench) => $"{what} ({bench.Data.Name}, batch {bench.Settings.Batch}, {(bench.Settings.FreshSeeds.Length == 1 ? "1 seed" : $"{bench.Settings.FreshSeeds.Length} seeds")})";

    // A figure per family, the references in each: twenty lines in one say nothing.
    private static IEnumerable<FigureResult> Figures(ImmutableArray<Arm> arms, ImmutableArray<ArmOutcome> grid, Comparison best, Workbench bench)
    {
        var references = arms.Where(arm => arm.Family == ArmFamily.Reference).ToArray();
        var families = arms.Where(arm => arm.Family != ArmFamily.Reference).GroupBy(arm => arm.Family).OrderBy(family => family.Key)
            .Select(family => (Name: family.Key.ToString().ToLowerInvariant(), Arms: family.ToArray())).DefaultIfEmpty(("references", []));
        foreach (var (name, members) in families)
        {
            Arm[] drawn = [.. references, .. members];
            var lines = drawn.Select(arm => new PlotLine(arm.Title,
                [.. grid.Where(outcome => outcome.Arm == arm).Select(outcome => ((double)outcome.Setting.Rate, Sample.Mean(outcome.Test)))])).ToArray();
            yield return new($"rates-{name}", $"Accuracy over learning rate: {name}",
                $"Mean test accuracy after {Words.Count(grid[0].Runs[0].Budget)} steps; a diverged run counts as chance.{LabPlots.EdgeNote(lines, Floor)}",
                LabPlots.OverRates($"Test accuracy over learning rate: {name}", Axis("learning rate", bench), lines, Floor));
            var curves = best.Curves(drawn);
            yield return new($"curves-{name}", $"Accuracy over steps, each method with its best rate: {name}",
                $"Mean validation accuracy (moving averages).{LabPlots.EdgeNote(curves, Floor)}",
                LabPlots.OverSteps($"Validation accuracy, each with its best rate: {name}", Axis("steps", bench), curves, Floor));
        }
    }

    private static TableResult RateTable(ImmutableArray<Arm> arms, ImmutableArray<ArmOutcome> outcomes, Workbench bench)
    {
        var rates = outcomes.Select(outcome => outcome.Setting.Rate).Distinct().Order().ToArray();
        var rows = arms.Select(arm => ImmutableArray.CreateRange(rates.Select(rate => outcomes.FirstOrDefault(outcome => outcome.Arm == arm && outcome.Setting.Rate == rate) is not { } outcome ? ""
            : Words.Accuracy(Sample.Mean(outcome.Test)) + (outcome.Diverged == 0 ? "" : $" (diverged {outcome.Diverged} of {outcome.Runs.Length})")).Prepend(arm.Name)));
        return new("rates", $"{(bench.Settings.Quick ? "Test accuracy" : "Mean test accuracy")} over rate, after {Words.Count(outcomes[0].Runs[0].Budget)} steps",
            [new("method", false), .. rates.Select(rate => new TableColumn(Words.Rate(rate), true))], [.. rows], "A diverged run counts as chance.");
    }

    private static TableResult BoundTable(ImmutableArray<RateBound> bounds, Comparison best, Workbench bench)
    {
        var plain = bounds.FirstOrDefault(bound => bound.Arm == Arms.Plain);
        var judged = !bench.Settings.Quick && plain is not null;
        var rows = bounds.Select(bound =>
        {
            ImmutableArray<string> row = [bound.Arm.Name, bound.Text, $"{bound.Diverged} of {bound.Runs}"];
            if (!judged)
                return row;
            var difference = bound == plain ? null : bound.Against(plain!, best.Comparisons);
            return [.. row, bound.Range, difference is null ? "" : bound.Factor(plain!, difference), difference is null ? "baseline" : Words.Of(difference.Verdict)];
        });
        ImmutableArray<TableColumn> columns = [new("method", false), new("largest rate that trains", true), new("runs diverged", true)];
        return new("largest", "The largest rate that trains", judged ? [.. columns, new("over seeds", true), new("times plain's", true), new("verdict", false)] : columns, [.. rows],
            $"Trains: no seed diverges, and every seed ends above {RateBound.Trains * 100:0} % validation accuracy. "
            + (judged ? "Times plain's: geometric mean over seeds, with a t-interval of logarithms paired by seed and corrected like all others, widened by the grid's factor of 2 on either side; open where a largest rate lies at the grid's end or beyond. " : "")
            + best.IntervalNote);
    }

    private static (string Answer, string Here) Answer(ImmutableArray<RateBound> bounds, Comparison best)
    {
        var (plain, norm) = (bounds.FirstOrDefault(bound => bound.Arm == Arms.Plain), bounds.FirstOrDefault(bound => bound.Arm == Arms.BatchNorm));
        if (plain is null || norm is null)
            return ("Undecided: plain and batch-norm were not both run.", "Not comparable with the paper.");
        var difference = norm.Against(plain, best.Comparisons);
        var measured = $"the largest rate that trains is {norm.Text} with batch normalization and {plain.Text} without, {norm.Factor(plain, difference)} times as high";
        var accuracy = best.Difference(norm.Arm.Name, plain.Arm.Name)!;
        var also = $"each at its own best rate, batch normalization's test accuracy differs by {accuracy.Text()} ({Words.Of(accuracy.Verdict)})";
        var higher = bounds.Where(bound => bound != plain && bound != norm && bound.Against(plain, best.Comparisons).Verdict == Verdict.Better).Select(bound => bound.Arm.Name).ToArray();
        var rivals = $" Of the other methods these bear higher rates than plain as well: {Words.List(higher)}.";
        return difference.Verdict switch
        {
            Verdict.Better => ($"Batch normalization bears higher rates: {measured}; {also}.", "Agrees with the paper." + rivals),
            Verdict.Worse => ($"Batch normalization bears lower rates: {measured}; {also}.", "Contradicts the paper." + rivals),
            _ => ($"Undecided: {measured}, and the interval holds 1; {also}.", "Undecided, so neither for nor against the paper." + rivals),
        };
    }
}
