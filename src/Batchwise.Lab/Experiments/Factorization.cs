using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>What the parts of normalization buy, each by itself.</summary>
sealed class Factorization(Subject subject) : Experiment
{
    private const string Asked = "factorization";
    private const double Target = 0.97;
    private const double Floor = 0.85;
    private static readonly ImmutableArray<float> Rates = [.. Enumerable.Range(-2, 8).Select(power => MathF.Pow(2, power))];

    public override string Name => subject.Name(Asked);

    public override string Title => subject.Title("Batch normalization taken apart");

    public override string Question => subject.Question("What do the parts of batch normalization buy: centring, scaling, statistics in the gradient, the batch's own statistics, gamma and beta?");

    public override string Literature => subject.Literature(
        "The paper argues for all parts together: statistics inside the gradient, or the parameters blow up (section 2); gamma and beta, so that the identity can be represented (section 3); "
        + "full whitening would be better still but costs too much (section 3; Ioffe and Szegedy 2015, arXiv 1502.03167). Salimans and Kingma 2016 (arXiv 1602.07868) keep only the centring beside normalized weights.");

    public override long DefaultSteps => subject.OnMaps ? 5_000 : 10_000;

    public override Network CreateNetwork(Shape input, int classes) => subject.CreateNetwork(input, classes);

    public override ExperimentResult Run(Workbench bench)
    {
        ArgumentNullException.ThrowIfNull(bench);
        if (subject.Refusal(bench.Base, Asked) is { } reason)
            return NotRun(bench, reason);
        var (arms, refused) = bench.Admit(Arms.Factors.Where(bench.Settings.Arms.Contains));
        var steps = Steps(bench);
        bench.Expect(Name, arms.Sum(arm => Halving.ExpectedSteps(arm, Rates.Length, steps) + bench.Settings.FreshSeeds.Length * steps));
        var searches = Halving.Search(bench, arms, Rates, steps);
        var best = new Comparison(bench, Comparison.Run(bench, searches.Select(search => (search.Arm, search.Best)), steps), steps, [Arms.BatchNorm.Name, Arms.Plain.Name]);
        var frame = Frame(bench, $"Every method is compared at its own best rate, searched from {Words.Rate(Rates[0])} to {Words.Rate(Rates[^1])}, over the fresh seeds, with batch-norm and with plain.");
        var (answer, here) = bench.Settings.Quick ? (null, null) : Answer(best);
        return frame with
        {
            Answer = answer,
            Here = here,
            Tables = [best.Table("best", "Each part with its best rate"), best.SpeedTable("speed", "How fast: each part with its best rate", Target)],
            Figures = [.. Figures(best, bench)],
            Refused = refused,
            Notes = [.. frame.Notes, .. EdgeNotes(searches)],
        };
    }

    private static IEnumerable<FigureResult> Figures(Comparison best, Workbench bench)
    {
        foreach (var baseline in new[] { Arms.BatchNorm, Arms.Plain })
        {
            PlotInterval[] rows = [.. from outcome in best.Outcomes
                                      where outcome.Arm != baseline
                                      let difference = best.Difference(outcome.Arm.Name, baseline.Name)
                                      where difference is not null
                                      select new PlotInterval(outcome.Arm.Title, difference)];
            if (rows.Length > 0)
                yield return new($"against-{baseline.Name}", $"Test accuracy against {baseline.Title}", "Mean difference in test accuracy. " + best.IntervalNote,
                    LabPlots.Differences($"Test accuracy less that of {baseline.Title}, each at its best rate", $"difference ({bench.Data.Name}, {bench.Settings.Seeds} seeds)", rows));
        }
        var curves = best.Curves([.. best.Outcomes.Select(outcome => outcome.Arm)]);
        yield return new("curves", "Each part with its best rate", $"Mean validation accuracy (moving averages) over steps.{LabPlots.EdgeNote(curves, Floor)}",
            LabPlots.OverSteps("Validation accuracy, each with its best rate", $"steps ({bench.Data.Name}, batch {bench.Settings.Batch})", curves, Floor));
    }

    private static (string Answer, string Here) Answer(Comparison best)
    {
        if (best.Difference(Arms.BatchNorm.Name, Arms.Plain.Name) is not { } whole)
            return ("Undecided: plain and batch-norm were not both run.", "Not comparable with the paper.");
        string Group(Verdict verdict) => Words.List([.. from outcome in best.Outcomes
                                                        where outcome.Arm != Arms.Plain && outcome.Arm != Arms.BatchNorm
                                                        let difference = best.Difference(outcome.Arm.Name, Arms.BatchNorm.Name)!
                                                        where difference.Verdict == verdict
                                                        select $"{outcome.Arm.Name} ({difference.Text()})"]);
        var answer = $"Each at its best rate, batch normalization's test accuracy differs from plain's by {whole.Text()} ({Words.Of(whole.Verdict)}); "
            + $"of its variants, worse than the whole: {Group(Verdict.Worse)}; better: {Group(Verdict.Better)}; undecided: {Group(Verdict.Undecided)}.";
        var here = whole.Verdict switch
        {
            Verdict.Better => "Agrees with the paper in that the whole is better than the plain network; what the parts add is in the table.",
            Verdict.Worse => "Contradicts the paper: the whole is worse than the plain network.",
            _ => "Undecided: whole and plain network do not differ by more than the interval, so nothing is said of the parts' share in a gain.",
        };
        return (answer, here);
    }
}
