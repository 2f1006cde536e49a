using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Batchwise.Lab;

/// <summary>What a run of Figure 1 found, and its files.</summary>
public sealed record Figure1Report(Figure1Settings Settings, Figure1Data Data, IReadOnlyList<VariantResult> Variants, StudyResult? Study, string Command)
{
    private const string ResultsFile = "results.json";

    private VariantResult Plain => Variants[0];

    /// <summary>Whether a folder holds results of such a run.</summary>
    /// <param name="folder">The folder, which need not be there.</param>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, ResultsFile));

    /// <summary>Writes figures, curves and results into a folder, each file whole or not at all.</summary>
    /// <returns>The files' names.</returns>
    public IReadOnlyList<string> Write(string folder)
    {
        Directory.CreateDirectory(folder);
        var files = new List<string>();
        void Save(string name, string text)
        {
            AtomicFile.Write(Path.Combine(folder, name), stream => stream.Write(Encoding.UTF8.GetBytes(text)));
            files.Add(name);
        }
        Save("figure1a.svg", Figure1Plots.Accuracies(Variants, Data.Name));
        Save("figure1b.svg", Figure1Plots.Activations(Plain, Data.Name));
        if (Variants.Count > 1)
            Save("figure1c.svg", Figure1Plots.Activations(Variants[1], Data.Name));
        if (Study is not null)
        {
            foreach (var variant in new[] { "plain", "batch-norm" })
                Save($"study-{variant}.svg", Figure1Plots.HeatMap([.. Study.Cells.Where(cell => cell.Variant == variant)], variant, Data.Name));
        }
        Save("curves.csv", Curves());
        Save(ResultsFile, Results().ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
        return files;
    }

    /// <summary>The rows of the closing table: a heading, then a row per network.</summary>
    public IReadOnlyList<string[]> Table()
    {
        var rows = new List<string[]> { new[] { "network", "steps", "test accuracy", "validation", "best of curve", "steps to plain's end", "us per step" } };
        rows.AddRange(Variants.Select(variant => new[]
        {
            variant.Name + (variant.Diverged is null ? "" : " (diverged)"),
            Text(variant.Steps), Text(variant.FinalTestAccuracy), Text(variant.ValidationAccuracy), Text(variant.MaxTestAccuracyOverCurve),
            variant.StepsTo(Plain.LastOfCurve) is { } steps ? Text(steps) : "not reached",
            variant.MicrosecondsPerStep.ToString("0", CultureInfo.InvariantCulture),
        }));
        return rows;
    }

    /// <summary>The study's answer in sentences.</summary>
    public IEnumerable<string> StudySentences()
    {
        if (Study is null)
            yield break;
        yield return Invariant($"Best cell, plain: rate {Study.BestPlain.Rate}, deviation {Study.BestPlain.Deviation}, validation {Study.BestPlain.ValidationAccuracy:0.0000}.");
        yield return Invariant($"Best cell, batch-norm: rate {Study.BestBatchNorm.Rate}, deviation {Study.BestBatchNorm.Deviation}, validation {Study.BestBatchNorm.ValidationAccuracy:0.0000}.");
        foreach (var group in Study.Pairs.GroupBy(pair => pair.Comparison))
        {
            var (plain, normalized) = (Spread(group.Select(pair => pair.Plain.FinalTestAccuracy)), Spread(group.Select(pair => pair.BatchNorm.FinalTestAccuracy)));
            yield return Invariant($"{group.Key}: test accuracy plain {plain.Text("0.0000")}, batch-norm {normalized.Text("0.0000")} over {group.Count()} seeds (median, range).");
            double[] ratios = [.. group.Select(pair => pair.StepRatio).OfType<double>()];
            yield return ratios.Length == 0
                ? $"{group.Key}: batch-norm never reached the plain network's last accuracy."
                : Invariant($"{group.Key}: {Spread(ratios).Text("0.0")} times fewer steps to the plain network's last accuracy; reached with {ratios.Length} of {group.Count()} seeds.");
        }
        foreach (var note in Study.Notes)
            yield return note;
    }

    private JsonObject Results()
    {
        var results = new JsonObject
        {
            ["experiment"] = "figure-1",
            ["dataset"] = new JsonObject
            {
                ["name"] = Data.Name,
                ["source"] = Data.Source,
                ["sha256"] = Data.Sha256,
                ["train"] = Data.Train.Count,
                ["validation"] = Data.Validation.Count,
                ["test"] = Data.Test.Count,
            },
            ["version"] = typeof(Network).Assembly.GetName().Version!.ToString(3),
            ["command"] = Command,
            ["seed"] = Settings.Seed,
            ["steps"] = Settings.Steps,
            ["machine"] = new JsonObject
            {
                ["cpu"] = Machine.Cpu,
                ["isa"] = Machine.InstructionSet,
                ["threads"] = Settings.Threads == 0 ? Machine.Processors : Settings.Threads,
                ["sdk"] = Machine.Runtime,
            },
            ["choices"] = new JsonObject
            {
                ["learningRate"] = Settings.Rate,
                ["weightDeviation"] = Settings.Deviation,
                ["binaryThreshold"] = Settings.Threshold,
                ["epsilon"] = new BatchNormalization().Epsilon,
                ["batch"] = Settings.Batch,
                ["unit"] = Settings.Unit,
                ["curve"] = "test accuracy with moving averages",
                ["final"] = "test accuracy with population statistics (Algorithm 2)",
                ["heldOut"] = "the last training images, used for every choice",
            },
            ["variants"] = new JsonArray([.. Variants.Select(variant => (JsonNode)Json(variant, Plain))]),
            ["stepRatio"] = Variants.Count > 1 ? Plain.StepRatio(Variants[1]) : null,
        };
        if (Study is not null)
            results["study"] = StudyJson(Study);
        return results;
    }

    private static JsonObject Json(VariantResult variant, VariantResult plain)
    {
        var json = new JsonObject
        {
            ["name"] = variant.Name,
            ["finalTestAccuracy"] = variant.FinalTestAccuracy,
            ["validationAccuracy"] = variant.ValidationAccuracy,
            ["maxTestAccuracyOverCurve"] = Finite(variant.MaxTestAccuracyOverCurve),
            ["stepsToPlainFinal"] = variant.StepsTo(plain.LastOfCurve),
            ["microsecondsPerStep"] = Math.Round(variant.MicrosecondsPerStep, 1),
            ["diverged"] = variant.Diverged,
            ["curve"] = new JsonArray([.. variant.Moments.Select(moment => (JsonNode)new JsonArray(moment.Step, moment.TestAccuracy))]),
        };
        return json;
    }

    private static JsonObject StudyJson(StudyResult study) => new()
    {
        ["cells"] = new JsonArray([.. study.Cells.Select(cell => (JsonNode)new JsonObject
        {
            ["variant"] = cell.Variant, ["rate"] = cell.Rate, ["deviation"] = cell.Deviation, ["seed"] = cell.Seed, ["steps"] = cell.Steps,
            ["validationAccuracy"] = cell.ValidationAccuracy, ["diverged"] = cell.Diverged,
        })]),
        ["pairs"] = new JsonArray([.. study.Pairs.Select(pair => (JsonNode)new JsonObject
        {
            ["comparison"] = pair.Comparison, ["seed"] = pair.Seed, ["stepRatio"] = pair.StepRatio,
            ["plain"] = Json(pair.Plain, pair.Plain), ["batchNorm"] = Json(pair.BatchNorm, pair.Plain),
        })]),
        ["notes"] = new JsonArray([.. study.Notes.Select(note => (JsonNode)note)]),
    };

    private string Curves()
    {
        var text = new StringBuilder("variant,step,testAccuracy,percentile15,percentile50,percentile85\n");
        foreach (var variant in Variants)
        {
            foreach (var moment in variant.Moments)
            {
                var unit = variant.Settings.Unit * 3;
                text.Append(Invariant($"{variant.Name},{moment.Step},{moment.TestAccuracy:R},{moment.Percentiles[unit]:R},{moment.Percentiles[unit + 1]:R},{moment.Percentiles[unit + 2]:R}\n"));
            }
        }
        return text.ToString();
    }

    private static JsonNode? Finite(double value) => double.IsFinite(value) ? value : null;

    private static string Text(double value) => double.IsNaN(value) ? "" : value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Text(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static Spread Spread(IEnumerable<double> values) => new([.. values.Order()]);
}

/// <summary>Median and range of some values in order.</summary>
readonly record struct Spread(double[] Sorted)
{
    public double Median => (Sorted[(Sorted.Length - 1) / 2] + Sorted[Sorted.Length / 2]) / 2;

    public string Text(string format) => string.Create(
        CultureInfo.InvariantCulture, $"{Median.ToString(format, CultureInfo.InvariantCulture)} ({Sorted[0].ToString(format, CultureInfo.InvariantCulture)} to {Sorted[^1].ToString(format, CultureInfo.InvariantCulture)})");
}
