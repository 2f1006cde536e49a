using System.CommandLine;
using static System.FormattableString;

namespace Batchwise.Cli;

/// <summary><c>adapt MODEL --data NEW</c>.</summary>
static class AdaptCommand
{
    public static Command Create(Terminal terminal)
    {
        var model = ModelArgument.Create();
        var data = PathOption.ModelData("Examples of the new domain", "They need no labels: one folder of images, or IDX images alone, will do; with labels the model is also scored.");
        data.Required = true;
        var maxPixels = PixelOption.Create();
        var pseudoCount = NumberOption.Real<double>(
            "--pseudo-count", "How many examples the old statistics count as: 0 forgets them, Infinity keeps them.", "N", 0, "a number from 0 such as 0.5, or Infinity", count => count >= 0);
        var save = PathOption.Create("--save", "Where the adapted model goes. Default: it is only scored.", "FILE");
        var command = new Command("adapt", "Estimates a model's population statistics anew on another domain, without labels.") { model, data, maxPixels, pseudoCount, save };
        command.SetEndableAction(parsed =>
        {
            OutputPath.RequireFile("--save", parsed.GetValue(save));
            var old = ModelArgument.Load(parsed.GetValue(model)!);
            var (path, mostPixels, count) = (parsed.GetValue(data)!, parsed.GetValue(maxPixels), parsed.GetValue(pseudoCount));
            var adapted = DataSets.HaveLabels(path, old) ? Scored(old, path, mostPixels, count, terminal) : Unscored(old, path, mostPixels, count, terminal);
            if (parsed.GetValue(save) is { } file)
            {
                var rescue = new Rescue(terminal);
                terminal.Line($"Saved to {rescue.Write(file, adapted.Save)}.");
                return rescue.ExitCode;
            }
            return 0;
        });
        return command;
    }

    private static Model Scored(Model old, string path, long mostPixels, double pseudoCount, Terminal terminal)
    {
        var (train, test) = DataSets.Load(path, mostPixels, old, terminal);
        var adapted = old.Adapt(train, pseudoCount: pseudoCount);
        var (before, after) = (old.Evaluate(test), adapted.Evaluate(test));
        terminal.Line(Invariant($"Before: {ModelArgument.Score(before)} over {test.Count:N0} test images."));
        terminal.Line(Invariant($"After:  {ModelArgument.Score(after)}; statistics from {train.Count:N0} images, pseudo-count {pseudoCount}."));
        return adapted;
    }

    private static Model Unscored(Model old, string path, long mostPixels, double pseudoCount, Terminal terminal)
    {
        var examples = DataSets.LoadUnlabelled(path, mostPixels, old, terminal);
        var adapted = old.Adapt(examples, pseudoCount: pseudoCount);
        terminal.Line(Invariant($"Adapted: statistics from {examples.Count:N0} images, pseudo-count {pseudoCount}; not scored, since the images have no labels."));
        return adapted;
    }
}
