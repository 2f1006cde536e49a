using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>Tables and figures of the batch-size experiment.</summary>
static class BatchSizeTables
{
    /// <summary>Every method at every size.</summary>
    public static TableResult Best(BatchSizeCells cells, Workbench bench)
    {
        var judged = !bench.Settings.Quick;
        ImmutableArray<TableColumn> columns = [new("batch", true), new("method", false), new("setting", false), new("steps", true), new("test accuracy", true)];
        if (judged)
            columns = [.. columns, new("against batch-norm at this size", true), new("verdict", false), new($"against batch-norm at {BatchSizeCells.Reference}", true), new("verdict", false)];
        columns = [.. columns, new("us per step", true), new("diverged", true)];
        var rows = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        foreach (var size in cells.Sizes)
        {
            foreach (var outcome in size.Outcomes)
            {
                ImmutableArray<string> row = [Words.Count(size.Batch), outcome.Arm.Name, outcome.Setting.Text(outcome.Arm), Words.Count(size.Steps), Words.Accuracies(outcome.Test)];
                if (judged)
                    row = [.. row, .. Judged(cells.AgainstSame(size, outcome)), .. Judged(cells.AgainstReference(size, outcome))];
                rows.Add([.. row, Words.Microseconds(outcome.SecondsPerStep), $"{outcome.Diverged} of {outcome.Runs.Length}"]);
            }
        }
        return new("best", "Each method at each batch size, with its best rate there", columns, rows.ToImmutable(), Note(cells, bench));
    }

    /// <summary>Moving averages against population statistics.</summary>
    public static TableResult Statistics(BatchSizeCells cells, Workbench bench)
    {
        var judged = !bench.Settings.Quick;
        ImmutableArray<TableColumn> columns = [new("batch", true), new("method", false), new("moving averages", true), new("population", true)];
        if (judged)
            columns = [.. columns, new("population less moving", true), new("verdict", false)];
        var rows = from arm in BatchSizeCells.WithAverages
                   from size in cells.Sizes
                   let outcome = BatchSizeCells.Of(size, arm)
                   where outcome is not null
                   let row = ImmutableArray.Create(Words.Count(size.Batch), arm, Words.Accuracies(BatchSizeCells.Moving(outcome)), Words.Accuracies(outcome.Validation))
                   select judged ? [.. row, .. Judged(cells.PopulationGain(outcome))] : row;
        return new("statistics", "Validation accuracy by moving averages and by a population pass", columns, [.. rows],
            "At the end of the same runs: the moving averages of training, in which a new batch weighs 0.1, against Algorithm 2's population statistics. " + Note(cells, bench));
    }

    /// <summary>Accuracy over size, and the gain by population statistics over size.</summary>
    public static IEnumerable<FigureResult> Figures(BatchSizeCells cells, Workbench bench)
    {
        var axis = new PlotAxis($"batch size ({bench.Data.Name}, {(bench.Settings.FreshSeeds.Length == 1 ? "1 seed" : $"{bench.Settings.FreshSeeds.Length} seeds")})") { LogBase = 2 };
        var arms = cells.Sizes.SelectMany(size => size.Outcomes).Select(outcome => outcome.Arm).DistinctBy(arm => arm.Name).ToArray();
        PlotSeries Line(string arm, string title, Func<BatchSizeCell, ArmOutcome, PlotPoint> point) =>
            new(title, [.. from size in cells.Sizes let outcome = BatchSizeCells.Of(size, arm) where outcome is not null select point(size, outcome)]);
        yield return new("accuracy", "Test accuracy over batch size", "Mean test accuracy of each method with its best rate for the size. " + MeanPoint.Note(bench),
            new LinePlot("Test accuracy over batch size", axis, new PlotAxis("test accuracy"),
                [.. arms.Select(arm => Line(arm.Name, arm.Title, (size, outcome) => MeanPoint.Of(size.Batch, outcome)))]).Svg());
        PlotSeries[] gains = [.. from arm in arms
                                 where BatchSizeCells.WithAverages.Contains(arm.Name)
                                 select Line(arm.Name, arm.Title, (size, outcome) => Gain(cells, size, outcome))];
        if (gains.Length > 0)
        {
            yield return new("statistics", "What a population pass gains over moving averages",
                "Validation accuracy with population statistics less that with moving averages, of the same runs. " + (bench.Settings.Quick ? "One seed: no interval." : "Bars: paired, corrected intervals."),
                new LinePlot("What a population pass gains over moving averages", axis, new PlotAxis("difference in validation accuracy"), gains).Svg());
        }
    }

    private static PlotPoint Gain(BatchSizeCells cells, BatchSizeCell size, ArmOutcome outcome) =>
        outcome.Diverged > 0 ? new(size.Batch, double.NaN, Kind: PointKind.Diverged)
        : cells.PopulationGain(outcome) is { } gain ? new(size.Batch, gain.Mean, gain.Low, gain.High)
        : new(size.Batch, Sample.Mean(outcome.Validation) - Sample.Mean(BatchSizeCells.Moving(outcome)));

    private static ImmutableArray<string> Judged(PairedDifference? difference) =>
        difference is null ? ["", "baseline"] : [difference.Text(), Words.Of(difference.Verdict)];

    private static string Note(BatchSizeCells cells, Workbench bench) => bench.Settings.Quick
        ? "One seed: no interval."
        : $"Differences are paired by seed; t-intervals over {bench.Settings.Seeds} seeds, Bonferroni-corrected for the {cells.Comparisons} comparisons of this experiment, so that all hold together with 95 %. Better and worse: the interval leaves out 0.";
}
