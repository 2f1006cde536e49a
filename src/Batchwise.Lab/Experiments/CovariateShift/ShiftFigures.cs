namespace Batchwise.Lab;

/// <summary>The figures of <see cref="CovariateShift"/>.</summary>
static class ShiftFigures
{
    private static readonly ShiftMeasure[] Drawn =
        [ShiftMeasure.Drift, ShiftMeasure.Shift, ShiftMeasure.Cosine, ShiftMeasure.Variation, ShiftMeasure.Predictiveness, ShiftMeasure.Smoothness, ShiftMeasure.Median, ShiftMeasure.Condition, ShiftMeasure.FromOne];

    /// <summary>The measures over steps, and the activations of a unit.</summary>
    public static IEnumerable<FigureResult> Of(ShiftResults results, Workbench bench)
    {
        var seeds = bench.Settings.FreshSeeds.Length == 1 ? "1 seed" : $"{bench.Settings.FreshSeeds.Length} seeds";
        var axis = new PlotAxis($"steps ({bench.Data.Name}, batch {bench.Settings.Batch}, {seeds})");
        if (Units(results.Own, axis, results.Own.Plain.Runs[0].Seed) is { } units)
            yield return units;
        foreach (var measure in Drawn)
        {
            if (Over(results, measure, axis) is { } figure)
                yield return figure;
        }
    }

    private static FigureResult? Units(ShiftTrio trio, PlotAxis axis, ulong seed)
    {
        PlotSeries[] series = [.. from cell in trio.Cells
                                  let looks = cell.Runs[0].Looks
                                  where !looks.IsEmpty
                                  select new PlotSeries(cell.Arm.Title, [.. looks.Select(look => new PlotPoint(look.Step, look.Units[^1].Median, look.Units[^1].Low, look.Units[^1].High))])];
        return series.Length == 0 ? null : new("unit", "The input of one nonlinearity",
            $"Median of unit {ActivationWatch.Unit} of the last hidden layer over held-out images, and its 15th to 85th percentile, as training sees them; seed {seed}, each network at its own best rate.",
            new LinePlot("Input of a nonlinearity in the last hidden layer", axis, new PlotAxis("15th, 50th, 85th percentile"), series) { Bands = true }.Svg());
    }

    private static FigureResult? Over(ShiftResults results, ShiftMeasure measure, PlotAxis axis)
    {
        var lines = results.Own.Cells.Select(cell => (Cell: cell, Name: $"{cell.Arm.Title}, rate {Words.Rate(cell.Rate)}"))
            .Concat(results.Shared.Cells.Where(cell => results.Own.Cells.All(own => own.Arm != cell.Arm || own.Rate != cell.Rate)).Select(cell => (Cell: cell, Name: $"{cell.Arm.Title}, plain's rate")));
        PlotSeries[] series = [.. from line in lines
                                  let points = line.Cell.Runs.SelectMany(run => run.Looks).GroupBy(look => look.Step).OrderBy(looks => looks.Key).Select(looks => Point(looks, measure)).ToArray()
                                  where points.Any(point => double.IsFinite(point.Y))
                                  select new PlotSeries(line.Name, points)];
        return series.Length == 0 ? null : new(measure.Name, char.ToUpperInvariant(measure.Title[0]) + measure.Title[1..],
            (results.Intervals ? $"{(measure.Ratio ? "Geometric mean" : "Mean")} over seeds and layers; the band is one deviation over seeds to either side." : "One seed, the mean over layers.")
                + " Each network at its own best rate, and those with normalization at plain's too.",
            new LinePlot(char.ToUpperInvariant(measure.Title[0]) + measure.Title[1..], axis, new PlotAxis(measure.Title) { LogBase = measure.Ratio ? 10 : null }, series) { Bands = true }.Svg());
    }

    private static PlotPoint Point(IGrouping<long, ShiftLook> looks, ShiftMeasure measure)
    {
        double[] values = [.. looks.Select(measure.Compared).Where(double.IsFinite)];
        if (values.Length == 0)
            return new(looks.Key, double.NaN);
        double Back(double value) => measure.Ratio ? Math.Pow(10, value) : value;
        var mean = Sample.Mean(values);
        if (values.Length == 1)
            return new(looks.Key, Back(mean));
        var deviation = Sample.Deviation(values);
        return new(looks.Key, Back(mean), Back(mean - deviation), Back(mean + deviation));
    }
}
