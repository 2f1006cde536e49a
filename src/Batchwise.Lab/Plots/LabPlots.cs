namespace Batchwise.Lab;

/// <summary>A named line of a figure.</summary>
/// <param name="Title">Its name in the legend.</param>
/// <param name="Points">Its points: place and value.</param>
sealed record PlotLine(string Title, IReadOnlyList<(double X, double Y)> Points);

/// <summary>A row of a figure of differences.</summary>
/// <param name="Title">Its name.</param>
/// <param name="Difference">The difference and its interval.</param>
sealed record PlotInterval(string Title, PairedDifference Difference);

/// <summary>The drawings that experiments share.</summary>
static class LabPlots
{
    /// <summary>
    /// Where an axis of accuracies begins: at a floor above chance where half of the lines or more rise over it, so that the best are told
    /// apart; else null, for where the data begin.
    /// </summary>
    /// <param name="lines">The lines of the figure.</param>
    /// <param name="floor">The floor.</param>
    public static double? Beginning(IReadOnlyList<PlotLine> lines, double floor) =>
        2 * lines.Count(line => line.Points.Any(point => point.Y > floor)) >= lines.Count ? floor : null;

    /// <summary>The sentence of a caption on values below the axis; empty where there are none.</summary>
    /// <param name="lines">The lines of the figure.</param>
    /// <param name="floor">The floor.</param>
    public static string EdgeNote(IReadOnlyList<PlotLine> lines, double floor) =>
        Beginning(lines, floor) is { } least ? $" What is below {Words.Rate(least)} lies at the edge." : "";

    /// <summary>Accuracy over rate; what is less than the axis shows lies at its edge.</summary>
    public static string OverRates(string title, string axis, IReadOnlyList<PlotLine> lines, double floor) =>
        new LinePlot(title, new PlotAxis(axis) { LogBase = 2 }, Accuracy("test accuracy", Beginning(lines, floor)), Series(lines, Beginning(lines, floor))).Svg();

    /// <summary>Accuracy over steps.</summary>
    public static string OverSteps(string title, string axis, IReadOnlyList<PlotLine> lines, double floor) =>
        new LinePlot(title, new PlotAxis(axis) { Minimum = 0 }, Accuracy("validation accuracy", Beginning(lines, floor)), Series(lines, Beginning(lines, floor))).Svg();

    /// <summary>Differences with their intervals, a row each, and the line of no difference.</summary>
    public static string Differences(string title, string axis, IReadOnlyList<PlotInterval> rows) => new CategoryPlot(
        title, new PlotAxis(axis), [.. rows.Select(row => row.Title)],
        [new CategorySeries("difference", [.. rows.Select(row => new CategoryValue(row.Difference.Mean, row.Difference.Low, row.Difference.High))])])
    { Reference = 0 }.Svg();

    private static PlotAxis Accuracy(string title, double? least) => new(title) { Minimum = least, Maximum = least is null ? null : 1 };

    private static PlotSeries[] Series(IReadOnlyList<PlotLine> lines, double? least) =>
        [.. lines.Select(line => new PlotSeries(line.Title, [.. line.Points.Select(point => new PlotPoint(point.X, Math.Max(least ?? 0, point.Y)))]))];
}
