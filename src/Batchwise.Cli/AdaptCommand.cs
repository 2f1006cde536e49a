using System.CommandLine;
using static System.FormattableString;

namespace Batchwise.Cli;

/// <summary><c>adapt MODEL --data NEW</c>.</summary>
static class AdaptCommand
{
    public static Command Create(Terminal terminal)
    {
        var model = ModelArgument.Create();
        var data = PathOption.ModelData("Examples of the new domain", "Labels of its training images are not used.");
        data.Required = true;
        var pseudoCount = NumberOption.Real<double>(
            "--pseudo-count", "How many examples the old statistics count as: 0 forgets them, Infinity keeps them.", "N", 0, "a number from 0 such as 0.5, or Infinity", count => count >= 0);
        var save = PathOption.Create("--save", "Where the adapted model goes. Default: it is only scored.", "FILE");
        var command = new Command("adapt", "Estimates a model's population statistics anew on another domain, without labels.") { model, data, pseudoCount, save };
        command.SetEndableAction(parsed =>
        {
            OutputPath.RequireFile("--save", parsed.GetValue(save));
            var old = ModelArgument.Load(parsed.GetValue(model)!);
            var (train, test) = DataSets.Load(parsed.GetValue(data), old, terminal);
            var adapted = old.Adapt(train, pseudoCount: parsed.GetValue(pseudoCount));
            var (before, after) = (old.Evaluate(test), adapted.Evaluate(test));
            terminal.Line(Invariant($"Before: accuracy {before.Accuracy:0.0000}, loss {before.Loss:0.0000} over {test.Count:N0} test images."));
            terminal.Line(Invariant($"After:  accuracy {after.Accuracy:0.0000}, loss {after.Loss:0.0000}; statistics from {train.Count:N0} images, pseudo-count {parsed.GetValue(pseudoCount)}."));
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
}
