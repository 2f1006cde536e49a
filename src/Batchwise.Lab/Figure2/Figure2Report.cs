using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Batchwise.Lab;

/// <summary>The files and the table of a replica of Figures 2 and 3.</summary>
/// <param name="Settings">The settings.</param>
/// <param name="Data">The images.</param>
/// <param name="Result">What was found.</param>
/// <param name="Command">The command that made it.</param>
public sealed record Figure2Report(Figure2Settings Settings, Figure2Data Data, Figure2Result Result, string Command)
{
    /// <summary>The table of the ensembles; null where none was asked for.</summary>
    public Figure4Report? Figure4 => Result.Ensembles.IsEmpty ? null : new(Settings, Data, Result.Ensembles);

    /// <summary>Writes figure, curves, tables and results into a folder, each file whole or not at all.</summary>
    /// <param name="folder">The folder.</param>
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
        Save("figure2.svg", Figure2Plot.Curves([.. Result.Runs.Take(Settings.Recipes.Length)], Data.Name, Settings.Width, Settings.Batch, 1.0 / Data.Classes));
        Save("figure3.md", MarkdownReport.Of(Table(), Notes(), Command));
        if (Figure4 is { } ensembles)
            Save("figure4.md", MarkdownReport.Of(ensembles.Table(), ensembles.Notes(), Command));
        Save("curves.csv", Curves());
        Save("results.json", Figure2Json.Of(this).ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
        return files;
    }

    /// <summary>The rows of Figure 3, "paper" beside "here": a heading, then a row per recipe; of several seeds the median.</summary>
    public IReadOnlyList<string[]> Table()
    {
        var best = Runs(Settings.Recipes[0]).Any(run => run.StillImproves)
            ? string.Create(CultureInfo.InvariantCulture, $"best within {Settings.Steps:N0} steps, here")
            : "best accuracy, here";
        var rows = new List<string[]>
        {
            new[] { "model", "rate", "steps to Inception's, paper", "here", "times fewer, paper", "here", "best accuracy, paper", best, "test, here" },
        };
        rows.AddRange(Settings.Recipes.Select(Row));
        return rows;
    }

    /// <summary>What has to be said beside the table.</summary>
    public IEnumerable<string> Notes()
    {
        yield return string.Create(CultureInfo.InvariantCulture,
            $"A scaled-down replica of Figures 2 and 3, not the paper's ImageNet run: {Data.Name}, {Data.Size} x {Data.Size} pixels, {Data.Classes} classes; inception-small at width {Settings.Width}, {Settings.BaseNetwork(Data).ParameterCount:N0} parameters; {Settings.Steps:N0} steps of {Settings.Batch} images each; {(Settings.Seeds == 1 ? $"seed {Settings.Seed}" : $"medians of {Settings.Seeds} seeds")}.");
        yield return string.Create(CultureInfo.InvariantCulture,
            $"Inception's rate, {Result.Search.Rate}, was searched on held-out images in {Result.Search.Trials.Length} runs of {Result.Search.Steps:N0} steps together, which are not counted above; the others' are multiples of it.");
        if (Result.Search.AtEdge)
            yield return "That rate lies at the edge of those tried: the baseline might do better with another.";
        yield return string.Create(CultureInfo.InvariantCulture,
            $"Steps, and accuracies as their largest, are of the curve on {Data.LookedValidation.Count:N0} held-out images, with moving averages, of which one standard error is up to {0.5 / Math.Sqrt(Data.LookedValidation.Count):0.0 %}; the test accuracy is of the end and of all images, with population statistics (Algorithm 2).");
        if (Runs(Settings.Recipes[0]).Any(run => run.StillImproves))
            yield return string.Create(CultureInfo.InvariantCulture, $"Inception still improved in its last fifth: the figures are those of a budget of {Settings.Steps:N0} steps, not its best.");
        foreach (var run in Result.Runs.Where(run => run.Diverged is not null))
            yield return string.Create(CultureInfo.InvariantCulture, $"{run.Recipe} (seed {run.Seed}) diverged at step {run.Steps:N0}.");
    }

    /// <summary>The runs of a recipe, seed by seed.</summary>
    internal ImmutableArray<RecipeRun> Runs(Recipe recipe) => [.. Result.Runs.Where(run => run.Recipe == recipe.Name)];

    /// <summary>Per seed, how many times fewer steps than Inception a recipe takes to Inception's best; null where it does not get there.</summary>
    internal IEnumerable<double?> Ratios(Recipe recipe) => Runs(recipe).Zip(Runs(Settings.Recipes[0]), (run, baseline) => run.StepRatio(baseline));

    /// <summary>Per seed, the steps that a recipe takes to Inception's best.</summary>
    internal IEnumerable<long?> StepsToBaseline(Recipe recipe) =>
        Runs(recipe).Zip(Runs(Settings.Recipes[0]), (run, baseline) => baseline.Best is { } target ? run.StepsTo(target) : null);

    /// <summary>The middle value; null unless all are there: a run that did not get there counts as infinitely late.</summary>
    internal static double? Median(IEnumerable<double?> values)
    {
        double?[] sorted = [.. values.OrderBy(value => value ?? double.PositiveInfinity)];
        return sorted.Length == 0 ? null : sorted[(sorted.Length - 1) / 2];
    }

    private string[] Row(Recipe recipe)
    {
        var runs = Runs(recipe);
        var paper = PaperFigure3.Of(recipe.Name);
        var diverged = runs.FirstOrDefault(run => run.Diverged is not null);
        // The paper says of it that it diverged; of the sigmoid, that it does not get there.
        var none = recipe == Recipes.InceptionX5 ? "diverges" : "-";
        return
        [
            recipe.Name,
            runs[0].Rate.ToString("0.#####", CultureInfo.InvariantCulture),
            paper?.MillionSteps is { } steps ? Text(steps, "0.0") + " M" : none,
            diverged is not null ? string.Create(CultureInfo.InvariantCulture, $"diverged at step {diverged.Steps:N0}")
                : Median(StepsToBaseline(recipe).Select(value => (double?)value)) is { } here ? Text(here, "N0") : "not reached",
            paper is not null && PaperFigure3.Ratio(paper) is { } ratio ? Text(ratio, "0.0") : "-",
            diverged is null && Median(Ratios(recipe)) is { } times ? Text(times, "0.0") : "-",
            paper?.Accuracy is { } accuracy ? Text(accuracy, "0.0 %") : none,
            Median(runs.Select(run => run.Best)) is { } best ? Text(best, "0.0 %") : "-",
            Median(runs.Select(run => run.Test)) is { } test ? Text(test, "0.0 %") : "-",
        ];
    }

    private string Curves()
    {
        var text = new StringBuilder("recipe,step,validationAccuracy,testAccuracy,seed\n");
        foreach (var run in Result.Runs.Concat(Result.Ensembles.SelectMany(ensemble => ensemble.Members)))
        {
            foreach (var point in run.Points)
                text.Append(FormattableString.Invariant($"{run.Recipe},{point.Step},{point.Validation:R},{point.Test:R},{run.Seed}\n"));
        }
        return text.ToString();
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
