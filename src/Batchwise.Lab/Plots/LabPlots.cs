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
    /// <summary>Accuracy over rate; what is less than the axis shows lies at its edge.</summary>
    public static string OverRates(string title, string axis, IReadOnlyList<PlotLine> lines, double floor) =>
        new LinePlot(title, new PlotAxis(axis) { LogBase = 2 }, Accuracy("test accuracy", floor), Series(lines, floor)).Svg();

    /// <summary>Accuracy over steps.</summary>
    public static string OverSteps(string title, string axis, IReadOnlyList<PlotLine> lines, double floor) =>
        new LinePlot(title, new PlotAxis(axis) { Minimum = 0 }, Accuracy("validation accuracy", floor), Series(lines, floor)).Svg();

    /// <summary>Differences with their intervals, a row each, and the line of no difference.</summary>
    public static string Differences(string title, string axis, IReadOnlyList<PlotInterval> rows) => new CategoryPlot(
        title, new PlotAxis(axis), [.. rows.Select(row => row.Title)],
        [new CategorySeries("difference", [.. rows.Select(row => new CategoryValue(row.Difference.Mean, row.Difference.Low, row.Difference.High))])])
    { Reference = 0 }.Svg();

    private static PlotAxis Accuracy(string title, double floor) => new(title) { Minimum = floor, Maximum = 1 };

    private static PlotSeries[] Series(IReadOnlyList<PlotLine> lines, double floor) =>
        [.. lines.Select(line => new PlotSeries(line.Title, [.. line.Points.Select(point => new PlotPoint(point.X, Math.Max(floor, point.Y)))]))];
}
