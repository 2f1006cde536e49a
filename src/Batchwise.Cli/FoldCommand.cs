using System.CommandLine;

namespace Batchwise.Cli;

/// <summary><c>fold MODEL -o OUT</c>.</summary>
static class FoldCommand
{
    public static Command Create(Terminal terminal)
    {
        var model = ModelArgument.Create();
        var output = PathOption.Output("Where the folded model goes.");
        var data = PathOption.ModelData("On which examples the outputs are compared; they need no labels",
            "Default: a few inputs of random numbers.");
        var maxPixels = PixelOption.Create();
        var statistics = ModelArgument.StatisticsOption();
        var command = new Command("fold", "Folds a model's batch normalization into its weights, and says what went where.")
        {
            model, output, data, maxPixels, statistics,
        };
        command.SetEndableAction(parsed =>
        {
            var file = parsed.GetValue(output)!;
            OutputPath.RequireFile(output.Name, file);
            var loaded = ModelArgument.Load(parsed.GetValue(model)!);
            OutputPath.RequireRoom(output.Name, file, loaded);
            var (folded, report) = loaded.FoldAndReport(
                Examples(parsed.GetValue(data), parsed.GetValue(maxPixels), loaded, terminal), parsed.GetValue(statistics));
            terminal.Lines(report.ToString());
            var rescue = new Rescue(terminal);
            terminal.Line($"Saved to {rescue.Write(file, folded.Save)}.");
            return rescue.ExitCode;
        });
        return command;
    }

    private static IExamples? Examples(string? path, long mostPixels, Model model, Terminal terminal) =>
        path is null ? null
        : DataSets.HaveLabels(path, model) ? DataSets.ForScoring(path, mostPixels, model, terminal)
        : DataSets.LoadUnlabelled(path, mostPixels, model, terminal);
}
