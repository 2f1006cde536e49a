using System.CommandLine;
using Batchwise.Lab;

namespace Batchwise.Cli;

/// <summary><c>reproduce mnist</c>: section 4.1 and Figure 1.</summary>
static class ReproduceMnist
{
    private const long QuickSteps = 3_000;
    private const int StudySeeds = 5;
    private const int LastUnit = 99;

    // In multiples of chance.
    private const double LeastLearned = 2;

    public static Command Create(Terminal terminal)
    {
        var data = PathOption.Create("--data", "A folder with MNIST's IDX files, raw or .gz. Default: generated digits.");
        var download = new Option<bool>("--download") { Description = "Download MNIST to data/mnist first, and use it." };
        var steps = NumberOption.Whole<long>("--steps", "Training steps of each network. Default: 50000, as in the paper.", 1, NumberOption.MostSteps);
        var seed = NumberOption.Whole<ulong>("--seed", "Fixes weights and data order.", 1, 0, ulong.MaxValue);
        var folder = PathOption.Create("--out", "Where figures, results and finished runs go; a command that was interrupted goes on from them.", standard: Path.Combine("figures", "mnist"));
        var quick = new Option<bool>("--quick") { Description = "3,000 steps: a look, not the experiment." };
        var study = new Option<bool>("--study") { Description = "Also study what the paper leaves open: a grid over rate and deviation, then 5 fresh seeds." };
        var unit = NumberOption.Whole("--unit", "The unit of the last hidden layer that figures 1b and 1c follow, 0 to 99.", 0, 0, LastUnit);
        var command = new Command("mnist", "Section 4.1 and Figure 1: a sigmoid network on MNIST, without and with batch normalization.")
        {
            data, download, steps, seed, folder, quick, study, unit,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = new Figure1Settings
            {
                Steps = parsed.GetValue(steps) ?? (parsed.GetValue(quick) ? QuickSteps : 50_000),
                Seed = parsed.GetValue(seed),
                Unit = parsed.GetValue(unit),
            };
            OutputPath.RequireFolder("--out", parsed.GetValue(folder));
            var source = parsed.GetValue(data);
            if (parsed.GetValue(download))
            {
                source ??= Path.Combine("data", "mnist");
                OutputPath.RequireFolder("--download to", source);
                await DataCommand.Get(source, null, terminal, cancellationToken).ConfigureAwait(false);
            }
            var (train, test) = DataSets.ForTraining(source, terminal);
            var split = new Figure1Data(train, test, settings.Threshold);
            if (split.Train.Count < settings.Batch)
                throw new ArgumentException($"{source} leaves {split.Train.Count} images to train on, with {split.Validation.Count} held out, and each step takes {settings.Batch}: give --data with more.");
            var words = "batchwise reproduce mnist " + string.Join(' ', parsed.Tokens.Skip(2).Select(token => token.Value));
            return Run(settings, split, parsed.GetValue(study), parsed.GetValue(folder)!, words.TrimEnd(), terminal, cancellationToken);
        });
        return command;
    }

    internal static int Run(
        Figure1Settings settings, Figure1Data data, bool study, string folder, string words, Terminal terminal, CancellationToken cancellationToken)
    {
        terminal.Line(FormattableString.Invariant($"Trains two networks, one without and one with batch normalization, for {settings.Steps:N0} steps each, and draws Figure 1. 50,000 steps each take about half a minute on a fast machine and a few minutes on a slow one{(study ? "; the study behind them takes many times as long" : "")}."));
        terminal.Line(FormattableString.Invariant($"784-100-100-100-10, sigmoid, batch {settings.Batch}, {settings.Steps:N0} steps, seed {settings.Seed}; {data.Validation.Count:N0} training images held out."));
        terminal.Line(FormattableString.Invariant($"Left open by the paper, chosen here: rate {settings.Rate}, deviation of the Gaussian {settings.Deviation}, binary above {settings.Threshold}, epsilon {new BatchNormalization().Epsilon:0.#####E+0}."));
        var variants = new List<VariantResult>();
        var store = new RunStore(folder);
        var outcome = terminal.Progress(progress =>
        {
            foreach (var batchNormalized in new[] { false, true })
            {
                if (variants.Count == 0 || !cancellationToken.IsCancellationRequested)
                    variants.Add(Figure1Run.Run(settings, data, batchNormalized, progress, store, cancellationToken));
            }
            try
            {
                return study && !cancellationToken.IsCancellationRequested
                    ? new Study(settings, data, StudySeeds, progress, store, cancellationToken).Run()
                    : null;
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        });

        foreach (var remark in store.Remarks)
            terminal.Line(remark);
        var report = new Figure1Report(settings, data, variants, outcome, words);
        if (cancellationToken.IsCancellationRequested && variants[0].Moments.Count == 0)
        {
            terminal.Line($"Interrupted: nothing was written to {folder}.");
            return Program.Interrupted;
        }
        // Results of a run that was not interrupted may be worth more.
        if (cancellationToken.IsCancellationRequested && Figure1Report.IsIn(folder))
        {
            terminal.Line($"Interrupted: what was trained is kept in {Path.Combine(folder, "runs")}; the same command goes on from there.");
            return Program.Interrupted;
        }
        var rescue = new Rescue(terminal);
        IReadOnlyList<string> files = [];
        folder = rescue.Write(folder, place => files = report.Write(place));
        terminal.Line();
        terminal.Table(report.Table(), $"Figure 1 on {data.Name}");
        terminal.Line("Test and validation accuracy at the end: population statistics (Algorithm 2). Curve: moving averages.");
        // At chance, any network has reached what the plain one learned.
        if (variants.Count > 1 && variants[0].LastOfCurve < LeastLearned / data.Train.Classes)
            terminal.Line(FormattableString.Invariant($"The plain network has hardly learned yet (accuracy {variants[0].LastOfCurve:0.0000}), so nothing is said of how many steps batch normalization saves: take more --steps."));
        else if (variants.Count > 1)
            terminal.Line(variants[0].StepRatio(variants[1]) is { } ratio
                ? FormattableString.Invariant($"Batch normalization reaches the plain network's last accuracy ({variants[0].LastOfCurve:0.0000}) in {ratio:0.0} times fewer steps.")
                : "Batch normalization did not reach the plain network's last accuracy.");
        foreach (var sentence in report.StudySentences())
            terminal.Line(sentence);
        terminal.Line($"Written to {folder}: {string.Join(", ", files)}.");
        if (!data.IsMnist)
            terminal.Line(DataSets.NotMnist);
        if (!cancellationToken.IsCancellationRequested)
            return rescue.ExitCode;
        terminal.Line("Interrupted: these are the results up to there; the same command goes on from there.");
        return Program.Interrupted;
    }
}
