using System.Collections.Immutable;
using System.Globalization;

namespace Batchwise.Lab;

/// <summary>Tables and figures of the dropout experiment that are its own.</summary>
static class DropoutTables
{
    /// <summary>The shift of variance per layer.</summary>
    public static TableResult Shift(ImmutableArray<DropoutSize> sizes)
    {
        var layers = sizes.SelectMany(size => size.Shifts).SelectMany(shift => shift.Seeds).Select(row => row.Length).DefaultIfEmpty(0).Max();
        var rows = from size in sizes
                   from shift in size.Shifts
                   select ImmutableArray.CreateRange(Enumerable.Range(0, layers).Select(layer => Ratio(shift.Seeds, layer))
                       .Prepend(size.Comparison.Of(shift.Arm.Name)!.Setting.Text(shift.Arm)).Prepend(shift.Arm.Name).Prepend(Words.Count(size.Images)));
        return new("shift", "Variance in training over variance in inference",
            [new("training images", true), new("method", false), new("setting", false), .. Enumerable.Range(1, layers).Select(layer => new TableColumn($"layer {layer}", true))], [.. rows],
            "At the input of each batch normalization, of dropout alone at that of each nonlinearity; training mode with batch statistics and dropout's masks, inference with population statistics, on the same training images. "
            + "Geometric mean over channels and seeds, diverged runs left out; 1 is no shift.");
    }

    /// <summary>Accuracy and likelihood of averaged passes.</summary>
    public static TableResult Averages(ImmutableArray<DropoutSize> sizes, Workbench bench)
    {
        var judged = !bench.Settings.Quick;
        ImmutableArray<TableColumn> columns =
        [
            new("training images", true), new("method", false), new("measure", false), new("inference", true),
            .. AveragedPredictions.Passes.Select(passes => new TableColumn(passes == 1 ? "1 pass" : $"mean of {passes}", true)),
        ];
        if (judged)
            columns = [.. columns, new($"gain of {AveragedPredictions.Passes[^1]} over inference", true), new("verdict", false)];
        var rows = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        foreach (var size in sizes)
        {
            foreach (var (arm, seeds) in size.Averages)
            {
                foreach (var likelihood in new[] { false, true })
                {
                    var offset = likelihood ? 1 : 0;
                    ImmutableArray<string> row = [Words.Count(size.Images), arm.Name, likelihood ? "negative log likelihood" : "accuracy", Number(DropoutSize.Mean(seeds, AveragedPredictions.Inference + offset)),
                        .. AveragedPredictions.Passes.Select(passes => Number(DropoutSize.Mean(seeds, AveragedPredictions.PlaceOf(passes) + offset)))];
                    if (judged)
                    {
                        var gain = size.Gain(seeds, likelihood);
                        row = [.. row, gain?.Text() ?? "", gain is null ? "a run diverged" : Words.Of(gain.Verdict)];
                    }
                    rows.Add(row);
                }
            }
        }
        return new("passes", "Averaged random passes against inference, on the validation set", columns, rows.ToImmutable(),
            "Class probabilities averaged over random passes through one trained network: dropout's masks drawn anew, or for batch-norm each image normalized with batch-mates drawn anew. "
            + "Gain: above 0 where the average is better, in accuracy or in nats. " + sizes[0].Comparison.IntervalNote);
    }

    /// <summary>Accuracy and likelihood over the number of passes, of one number of training images.</summary>
    public static IEnumerable<FigureResult> Figures(DropoutSize size, Workbench bench)
    {
        foreach (var (likelihood, measure) in new[] { (false, "accuracy"), (true, "negative log likelihood") })
        {
            var offset = likelihood ? 1 : 0;
            var lines = new List<PlotSeries>();
            foreach (var (arm, seeds) in size.Averages)
            {
                var noise = arm == Arms.Dropout ? "masks" : "batch-mates";
                lines.Add(new($"{arm.Title}: {noise}", [.. AveragedPredictions.Passes.Select(passes => new PlotPoint(passes, DropoutSize.Mean(seeds, AveragedPredictions.PlaceOf(passes) + offset)))]));
                lines.Add(new($"{arm.Title}: inference", [.. AveragedPredictions.Passes.Select(passes => new PlotPoint(passes, DropoutSize.Mean(seeds, AveragedPredictions.Inference + offset)))]));
            }
            if (lines.Count > 0)
            {
                yield return new($"{(likelihood ? "likelihood" : "accuracy")}{size.Suffix}", $"Averaged passes, {Words.Count(size.Images)} training images: {measure}",
                    $"Mean {measure} on the validation set of the average of so many random passes, beside that of inference, which takes one.",
                    new LinePlot($"Averaged passes, {Words.Count(size.Images)} training images", new PlotAxis($"passes averaged ({bench.Data.Name}, {Seeds(bench)})") { LogBase = 2 }, new PlotAxis($"validation {measure}"), lines).Svg());
            }
        }
    }

    /// <summary>Test accuracy of every method over the number of training images.</summary>
    public static FigureResult Sizes(ImmutableArray<DropoutSize> sizes, Workbench bench)
    {
        var lines = DropoutArms.All.Where(arm => sizes[0].Comparison.Of(arm.Name) is not null)
            .Select(arm => new PlotSeries(arm.Title, [.. sizes.Reverse().Select(size => MeanPoint.Of(size.Images, size.Comparison.Of(arm.Name)!))])).ToArray();
        return new("sizes", "Test accuracy over training images", "Mean test accuracy of each method at its best setting. " + MeanPoint.Note(bench),
            new LinePlot("Test accuracy over training images", new PlotAxis($"training images ({bench.Data.Name}, {Seeds(bench)})") { LogBase = 10 }, new PlotAxis("test accuracy"), lines).Svg());
    }

    private static string Seeds(Workbench bench) => bench.Settings.FreshSeeds.Length == 1 ? "1 seed" : $"{bench.Settings.FreshSeeds.Length} seeds";

    private static string Ratio(ImmutableArray<ImmutableArray<double>> seeds, int layer)
    {
        double[] logarithms = [.. seeds.Where(row => row.Length > layer).Select(row => Math.Log(row[layer]))];
        return logarithms.Length == 0 ? "" : Math.Exp(Sample.Mean(logarithms)).ToString("0.000", CultureInfo.InvariantCulture);
    }

    private static string Number(double value) => double.IsNaN(value) ? "" : Words.Accuracy(value);
}
