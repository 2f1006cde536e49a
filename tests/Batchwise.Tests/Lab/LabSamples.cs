using System.Collections.Immutable;
using Batchwise.Lab;

namespace Batchwise.Tests.Lab;

/// <summary>Results and plots, made up.</summary>
internal static class LabSamples
{
    public static DatasetResult Digits { get; } = new("generated digits", "drawn from seed 7", 6000, 1000, 1000, Generated: true);

    public static ExperimentResult Result(string name, string question = "Does it help?") => new()
    {
        Name = name,
        Title = $"Title of {name}",
        Question = question,
        Answer = $"Yes, {name} does by 0.02.",
        Literature = "It helps much, see https://arxiv.org/abs/1502.03167.",
        Here = "It helps less.",
        Dataset = new DatasetResult("MNIST", "a mirror", 55_000, 5_000, 10_000, Generated: false),
        Protocol = "Five seeds, each once.",
        Command = $"batchwise lab {name} --seeds 5",
        Seeds = [11, 12],
        Machine = new MachineResult("A processor", "vector256", 2, ".NET 10"),
        Version = "0.1.0",
        Seconds = 4711,
        Figures = [new FigureResult("curve", "A curve", "Lines are medians.", Line(2))],
        Tables = [Table(["0.9731 ± 0.0012"], ["> 5,000"], ["-"])],
        Refused = [new RefusedCell("a batch of 1", "It has no variance.")],
        Notes = ["Rates beyond the grid were not tried."],
    };

    public static TableResult Table(params string[][] values) => new(
        "arms", "Arms", [new TableColumn("arm", Numeric: false), new TableColumn("accuracy", Numeric: true)],
        [.. values.Select((value, i) => ImmutableArray.Create($"arm {i}", value[0]))], "A note.");

    /// <summary>A plot of curves with intervals, a gap, a run that diverged and a value that was not reached.</summary>
    public static string Line(int series, bool bands = false) => new LinePlot(
        "Curves & <more>",
        new PlotAxis("rate") { LogBase = 10 },
        new PlotAxis("accuracy"),
        [.. Enumerable.Range(0, series).Select(i => new PlotSeries($"series <{i}>",
        [
            new(0.001, 0.5 + 0.01 * i, 0.4, 0.6), new(0.01, 0.6 + 0.01 * i, 0.5, 0.7), new(0.1, double.NaN), new(0.3, 0.8), new(0.5, 0.7),
            new(1, double.NaN, Kind: PointKind.Diverged), new(10, 0.9, Kind: PointKind.Beyond),
        ]))])
    { Bands = bands }.Svg();

    public static string Category(bool bars) => new CategoryPlot(
        "Methods", new PlotAxis("accuracy"), ["none", "batch norm"],
        [new CategorySeries("first", [new(0.9, 0.8, 0.95), new(double.NaN, Kind: PointKind.Diverged)]), new CategorySeries("second", [new(0.7), new(0.8, Kind: PointKind.Beyond)])])
    { Bars = bars }.Svg();

    public static string Heat() => new HeatPlot(
        "Cells", "rate", ["0.1", "1", "10"], "deviation", ["0.01", "0.1"], new[,] { { 0.9, 0.95, double.NaN }, { 0.91, 0.99, 0.5 } })
    { Missing = "div." }.Svg();
}
