using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>Whether a good initialization behind the right rectifier does what batch normalization does, at three depths.</summary>
sealed class Rectifiers : Experiment
{
    private static readonly ImmutableArray<float> Rates = [.. Enumerable.Range(0, 6).Select(i => MathF.Pow(4, i - 4))];

    /// <summary>Hidden layers. Default: 3, 10, 30.</summary>
    public ImmutableArray<int> Depths { get; init; } = [3, 10, 30];

    public override string Name => "rectifiers";

    public override string Title => "Rectifiers and initialization";

    public override string Question => "Does an initialization that suits the nonlinearity train deep networks as batch normalization does, and does batch normalization make the initialization irrelevant?";

    public override string Literature =>
        "He et al. 2015 (arXiv 1502.01852, section 2.2) scale weights by the rectifier's slope: with 30 layers of ReLU their initialization converges where Xavier's (Glorot and Bengio 2010) stalls, and a fixed deviation of 0.01, "
        + "then the custom, stops very deep networks. Batch normalization is said to make training more resilient to the scale of parameters and less careful about initialization (Ioffe and Szegedy 2015, arXiv 1502.03167, sections 1 and 3.3).";

    public override long DefaultSteps => 2_500;

    public override long QuickSteps => 400;

    public override ExperimentResult Run(Workbench bench)
    {
        ArgumentNullException.ThrowIfNull(bench);
        var steps = Steps(bench);
        var cells = (from function in RectifierFunction.All
                     from start in RectifierStart.All
                     from depth in Depths
                     from normalized in new[] { false, true }
                     select new RectifierCell(function, start, depth, normalized)).ToImmutableArray();
        ImmutableArray<Arm> arms = [.. cells.Select(cell => cell.ToArm(Width(bench)))];
        bench.Expect(Name, arms.Sum(arm => Halving.ExpectedSteps(arm, Rates.Length, steps) + bench.Settings.FreshSeeds.Length * steps));
        var searches = Halving.Search(bench, arms, Rates, steps);
        var outcomes = Comparison.Run(bench, searches.Select(search => (search.Arm, search.Best)), steps);
        var results = new RectifierResults(cells.Zip(outcomes).ToImmutableDictionary(pair => pair.First, pair => pair.Second), Depths, Intervals: !bench.Settings.Quick);
        var frame = Frame(bench, $"Every cell has its own rate, searched from {Words.Rate(Rates[0])} to {Words.Rate(Rates[^1])} by factors of 4. "
            + $"Initialization of all layers: a Gaussian of deviation {Words.Rate(RectifierStart.Deviation)} (the fixed deviation of AlexNet and VGG); Xavier, variance 2 / (fan-in + fan-out); He, variance 2 / ((1 + a^2) fan-in), "
            + "a being the slope below zero at the start: 0.25 of PReLU, 0.01 of the leaky rectifier, 0 of the others. All cells make sense, so none is left out. A run that diverges or learns nothing counts as it is scored: chance.");
        var (answer, here) = bench.Settings.Quick ? (null, null) : RectifierAnswer.Of(results);
        return frame with
        {
            Answer = answer,
            Here = here,
            Tables = results.Starts() is { } starts ? [results.Pairs(), starts] : [results.Pairs()],
            Figures = [.. Figures(results, bench)],
            Notes = [.. frame.Notes, .. EdgeNotes(searches)],
        };
    }

    private protected override string Networks(Workbench bench) =>
        $"Networks of {Words.List([.. Depths.Select(depth => Words.Count(depth))])} hidden layers of {Width(bench)} units";

    // As wide as the bench's network, the paper's 100 if that is what it is.
    private static int Width(Workbench bench) => bench.Base.Nodes.Select(node => node.Layer).OfType<Dense>().Select(layer => layer.Outputs).FirstOrDefault(100);

    private static IEnumerable<FigureResult> Figures(RectifierResults results, Workbench bench)
    {
        var pairs = (from function in RectifierFunction.All from start in RectifierStart.All select (Function: function, Start: start)).ToArray();
        var columns = (from normalized in new[] { false, true } from depth in results.Depths select (Normalized: normalized, Depth: depth)).ToArray();
        var values = new double[pairs.Length, columns.Length];
        for (var row = 0; row < pairs.Length; row++)
        {
            for (var column = 0; column < columns.Length; column++)
                values[row, column] = Sample.Mean(results.Of(pairs[^(row + 1)].Function, pairs[^(row + 1)].Start, columns[column].Depth, columns[column].Normalized).Test);
        }
        var names = pairs.Select(pair => $"{pair.Function.Name}, {pair.Start.Name}").ToArray();
        var seeds = bench.Settings.FreshSeeds.Length == 1 ? "1 seed" : $"{bench.Settings.FreshSeeds.Length} seeds";
        yield return new("accuracy", "Accuracy over depth", "Mean test accuracy of each cell at its own best rate; a diverged run counts as chance.",
            new HeatPlot("Test accuracy, each at its best rate", $"hidden layers ({bench.Data.Name}, {seeds})",
                [.. columns.Select(column => $"{column.Depth} {(column.Normalized ? "batch norm" : "plain")}")], "activation, initialization", [.. names.Reverse()], values)
            { Low = 0, High = 1 }.Svg());
        if (!results.Intervals)
            yield break;
        CategorySeries[] series = [.. from depth in results.Depths
                                      select new CategorySeries($"{depth} hidden layers", [.. from pair in pairs
                                                                                              let difference = results.Gain(pair.Function, pair.Start, depth)
                                                                                              select new CategoryValue(difference.Mean, difference.Low, difference.High)])];
        yield return new("gain", "What batch norm adds", "Mean difference in test accuracy, batch norm less plain, with corrected intervals.",
            new CategoryPlot("Test accuracy, batch norm less plain", new PlotAxis($"difference ({bench.Data.Name}, {seeds})"), names, series) { Reference = 0 }.Svg());
    }
}
