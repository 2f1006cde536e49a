namespace Batchwise.Lab;

/// <summary>Draws the replica of Figure 2.</summary>
static class Figure2Plot
{
    /// <summary>Validation accuracy over steps: the first seed's run of each recipe. One that diverged ends in a cross.</summary>
    public static string Curves(IReadOnlyList<RecipeRun> runs, string dataset, double width, int batch, double chance)
    {
        var title = FormattableString.Invariant($"Validation accuracy over training steps ({dataset}, width {width}, batch {batch}, seed {runs[0].Seed})");
        return new LinePlot(
            title, new PlotAxis("training steps") { Minimum = 0, Maximum = Math.Max(1, runs.Max(run => run.Budget)) },
            new PlotAxis("validation accuracy (moving averages)") { Minimum = 0 },
            [.. runs.Select(run => new PlotSeries(run.Recipe, Points(run, chance)))])
            .Svg();
    }

    private static List<PlotPoint> Points(RecipeRun run, double chance)
    {
        List<PlotPoint> points = [new(0, chance), .. run.Points.Select(point => new PlotPoint(point.Step, point.Validation))];
        if (run.Diverged is not null)
            points.Add(new(run.Steps, double.NaN, Kind: PointKind.Diverged));
        return points;
    }
}
