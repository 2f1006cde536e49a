using System.Text.Json.Nodes;

namespace Batchwise.Lab;

/// <summary>The results of a replica of Figures 2 and 3 as JSON: the form of every reproduction, an entry per recipe.</summary>
static class Figure2Json
{
    public static JsonObject Of(Figure2Report report)
    {
        var (settings, data, result) = (report.Settings, report.Data, report.Result);
        var results = new JsonObject
        {
            ["experiment"] = "figure-2",
            ["replica"] = "scaled down: a small network on small images, not ImageNet",
            ["dataset"] = new JsonObject
            {
                ["name"] = data.Name,
                ["source"] = data.Source,
                ["sha256"] = data.Sha256,
                ["train"] = data.TrainCount,
                ["validation"] = data.ValidationCount,
                ["test"] = data.TestCount,
            },
            ["version"] = typeof(Network).Assembly.GetName().Version!.ToString(3),
            ["command"] = report.Command,
            ["seed"] = settings.Seed,
            ["seeds"] = settings.Seeds,
            ["steps"] = settings.Steps,
            ["machine"] = new JsonObject
            {
                ["cpu"] = Machine.Cpu,
                ["isa"] = Machine.InstructionSet,
                ["threads"] = settings.Threads == 0 ? Machine.Processors : settings.Threads,
                ["sdk"] = Machine.Runtime,
            },
            ["choices"] = new JsonObject
            {
                ["network"] = "inception-small",
                ["width"] = settings.Width,
                ["parameters"] = settings.BaseNetwork(data).ParameterCount,
                ["batch"] = settings.Batch,
                ["learningRate"] = result.Search.Rate,
                ["momentum"] = settings.Momentum,
                ["weightDecay"] = settings.WeightDecay,
                ["decayFactor"] = settings.DecayFactor,
                ["shardSize"] = settings.ShardSize,
                ["initialization"] = "He",
                ["epsilon"] = new BatchNormalization().Epsilon,
                ["curve"] = "accuracy on held-out and test images with moving averages",
                ["final"] = "accuracy with population statistics (Algorithm 2)",
                ["heldOut"] = "used for every choice",
            },
            ["search"] = new JsonObject
            {
                ["steps"] = result.Search.Steps,
                ["atEdge"] = result.Search.AtEdge,
                ["trials"] = new JsonArray([.. result.Search.Trials.Select(trial => (JsonNode)new JsonObject
                {
                    ["rate"] = trial.Rate, ["steps"] = trial.Steps, ["validationAccuracy"] = trial.Validation,
                })]),
            },
            ["variants"] = new JsonArray([.. settings.Recipes.Select(recipe => (JsonNode)Variant(report, recipe))]),
        };
        if (report.Figure4 is { } ensembles)
            results["ensembles"] = ensembles.Json();
        return results;
    }

    // Of several seeds the medians; the curve is the first seed's, and the others' lie in curves.csv.
    private static JsonObject Variant(Figure2Report report, Recipe recipe)
    {
        var runs = report.Runs(recipe);
        return new()
        {
            ["name"] = recipe.Name,
            ["learningRate"] = runs[0].Rate,
            ["finalTestAccuracy"] = Figure2Report.Median(runs.Select(run => run.Test)),
            ["validationAccuracy"] = Figure2Report.Median(runs.Select(run => run.Validation)),
            ["maxValidationAccuracyOverCurve"] = Figure2Report.Median(runs.Select(run => run.Best)),
            ["stepsToInceptionBest"] = Figure2Report.Median(report.StepsToBaseline(recipe).Select(value => (double?)value)),
            ["stepRatio"] = Figure2Report.Median(report.Ratios(recipe)),
            ["stillImproves"] = runs.Any(run => run.StillImproves),
            ["microsecondsPerStep"] = Math.Round(runs.Sum(run => run.Seconds) * 1e6 / Math.Max(1, runs.Sum(run => run.Steps)), 1),
            ["diverged"] = runs.FirstOrDefault(run => run.Diverged is not null)?.Diverged,
            ["divergedAtStep"] = runs.FirstOrDefault(run => run.Diverged is not null)?.Steps,
            ["curve"] = new JsonArray([.. runs[0].Points.Select(point => (JsonNode)new JsonArray(point.Step, point.Validation, point.Test))]),
        };
    }
}
