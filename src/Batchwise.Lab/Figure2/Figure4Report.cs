using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Batchwise.Lab;

/// <summary>The table of a replica of Figure 4: an ensemble per seed, beside its single networks.</summary>
/// <param name="Settings">The settings.</param>
/// <param name="Data">The images.</param>
/// <param name="Ensembles">The ensembles, one per seed.</param>
public sealed record Figure4Report(Figure2Settings Settings, Figure2Data Data, ImmutableArray<EnsembleResult> Ensembles)
{
    /// <summary>A heading, then a row per network, their mean, and the ensemble; "paper" beside "here", seed by seed.</summary>
    public IReadOnlyList<string[]> Table()
    {
        var rows = new List<string[]>
        {
            ([
                "model", "accuracy, paper",
                .. Ensembles.Select(ensemble => Settings.Seeds == 1 ? "validation, here" : string.Create(CultureInfo.InvariantCulture, $"validation, seed {ensemble.Seed}")),
                .. Ensembles.Select(ensemble => Settings.Seeds == 1 ? "test, here" : string.Create(CultureInfo.InvariantCulture, $"test, seed {ensemble.Seed}")),
            ]),
        };
        for (var i = 0; i < Settings.Ensemble.Length; i++)
        {
            var place = i;
            rows.Add(Row(Settings.Ensemble[i].Name, null, ensemble => ensemble.Members[place] is { Validation: { } validation, Test: { } test } ? new(validation, test) : null));
        }
        rows.Add(Row("mean of these", 1 - PaperFigure4.SingleTop1, ensemble => ensemble.MeanOfMembers));
        rows.Add(Row("ensemble", 1 - PaperFigure4.EnsembleTop1, ensemble => ensemble.Ensemble));
        return rows;
    }

    /// <summary>What has to be said beside the table.</summary>
    public IEnumerable<string> Notes()
    {
        yield return string.Create(CultureInfo.InvariantCulture,
            $"A scaled-down replica of Figure 4, not the paper's ImageNet run: {Data.Name}, {Data.Size} x {Data.Size} pixels, {Data.Classes} classes; inception-small at width {Settings.Width}; {Settings.Steps:N0} steps of {Settings.Batch} images each.");
        yield return $"The ensemble predicts the class with the largest arithmetic mean of {Settings.Ensemble.Length} networks' probabilities (section 4.2.3), each by inference with population statistics; here of one view of each image. Networks of a seed make an ensemble.";
        yield return string.Create(CultureInfo.InvariantCulture,
            $"The paper's accuracies, beside the mean that of its single network, are one less the top-1 errors on ImageNet's {PaperFigure4.Images:N0} validation images, {PaperFigure4.Crops} crops of each: {PaperFigure4.SingleTop1:0.00 %} of one BN-Inception, {PaperFigure4.EnsembleTop1:0.0 %} of the ensemble of {PaperFigure4.Networks} (top-5: {PaperFigure4.SingleTop5:0.00 %} and {PaperFigure4.EnsembleTop5:0.0 %}); with one crop, one network errs on {PaperFigure4.OneCropTop1:0.0 %} (top-5: {PaperFigure4.OneCropTop5:0.00 %}).");
        foreach (var run in Ensembles.SelectMany(ensemble => ensemble.Members).Where(run => run.Diverged is not null))
            yield return string.Create(CultureInfo.InvariantCulture, $"{run.Recipe} (seed {run.Seed}) diverged at step {run.Steps:N0}, so that seed has no ensemble.");
    }

    /// <summary>The part of the results that tells of the ensembles.</summary>
    internal JsonObject Json() => new()
    {
        ["prediction"] = "arithmetic mean of class probabilities, by inference with population statistics",
        ["paper"] = new JsonObject
        {
            ["images"] = "ImageNet, 50,000 of validation",
            ["networks"] = PaperFigure4.Networks,
            ["crops"] = PaperFigure4.Crops,
            ["singleTop1Error"] = PaperFigure4.SingleTop1,
            ["singleTop5Error"] = PaperFigure4.SingleTop5,
            ["ensembleTop1Error"] = PaperFigure4.EnsembleTop1,
            ["ensembleTop5Error"] = PaperFigure4.EnsembleTop5,
            ["singleOneCropTop1Error"] = PaperFigure4.OneCropTop1,
            ["singleOneCropTop5Error"] = PaperFigure4.OneCropTop5,
        },
        ["seeds"] = new JsonArray([.. Ensembles.Select(ensemble => (JsonNode)new JsonObject
        {
            ["seed"] = ensemble.Seed,
            ["members"] = new JsonArray([.. ensemble.Members.Select(run => (JsonNode)new JsonObject
            {
                ["name"] = run.Recipe,
                ["learningRate"] = run.Rate,
                ["validationAccuracy"] = run.Validation,
                ["testAccuracy"] = run.Test,
                ["diverged"] = run.Diverged,
            })]),
            ["meanOfMembers"] = Json(ensemble.MeanOfMembers),
            ["ensemble"] = Json(ensemble.Ensemble),
        })]),
    };

    private static JsonObject? Json(Accuracies? accuracies) => accuracies is null
        ? null
        : new() { ["validationAccuracy"] = accuracies.Validation, ["testAccuracy"] = accuracies.Test };

    private string[] Row(string name, double? paper, Func<EnsembleResult, Accuracies?> of) =>
    [
        name,
        Text(paper),
        .. Ensembles.Select(ensemble => Text(of(ensemble)?.Validation)),
        .. Ensembles.Select(ensemble => Text(of(ensemble)?.Test)),
    ];

    private static string Text(double? value) => value is { } number ? number.ToString("0.0 %", CultureInfo.InvariantCulture) : "-";
}
