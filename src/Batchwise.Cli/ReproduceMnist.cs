using System.CommandLine;
using Batchwise.Lab;

namespace Batchwise.Cli;

/// <summary><c>reproduce mnist</c>: section 4.1 and Figure 1.</summary>
static class ReproduceMnist
{
    private const long QuickSteps = 3_000;
    private const int StudySeeds = 5;

    public static Command Create(Terminal terminal)
    {
        var data = new Option<string?>("--data") { Description = "A folder with MNIST's IDX files, raw or .gz. Default: generated digits.", HelpName = "DIR" };
        var download = new Option<bool>("--download") { Description = "Download MNIST to data/mnist first, and use it." };
        var steps = new Option<long?>("--steps") { Description = "Training steps of each network. Default: 50,000, as in the paper.", HelpName = "N" };
        var seed = new Option<ulong>("--seed") { Description = "Fixes weights and data order.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var folder = new Option<string>("--out") { Description = "Where figures and results go.", HelpName = "DIR", DefaultValueFactory = _ => Path.Combine("figures", "mnist") };
        var quick = new Option<bool>("--quick") { Description = "3,000 steps: a look, not the experiment." };
        var study = new Option<bool>("--study") { Description = "Also study what the paper leaves open: a grid over rate and deviation, then 5 fresh seeds." };
        var unit = new Option<int>("--unit") { Description = "The unit of the last hidden layer that figures 1b and 1c follow, 0 to 99.", HelpName = "N", DefaultValueFactory = _ => 0 };
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
            if (settings.Steps < 1)
                throw new ArgumentException($"--steps is at least 1, not {settings.Steps}.");
            if (settings.Unit is < 0 or > 99)
                throw new ArgumentException($"--unit lies in 0 to 99, {settings.Unit} does not: the last hidden layer has 100 units.");
            var source = parsed.GetValue(data);
            if (parsed.GetValue(download))
            {
                source ??= Path.Combine("data", "mnist");
                await DataCommand.Get(source, null, terminal, cancellationToken).ConfigureAwait(false);
            }
            var (train, test) = DataSets.ForTraining(source, terminal);
            var words = "batchwise reproduce mnist " + string.Join(' ', parsed.Tokens.Skip(2).Select(token => token.Value));
            return Run(settings, new Figure1Data(train, test, settings.Threshold), parsed.GetValue(study), parsed.GetValue(folder)!, words.TrimEnd(), terminal, cancellationToken);
        });
        return command;
    }

    internal static int Run(
        Figure1Settings settings, Figure1Data data, bool study, string folder, string words, Terminal terminal, CancellationToken cancellationToken)
    {
        terminal.Line(FormattableString.Invariant($"784-100-100-100-10, sigmoid, batch {settings.Batch}, {settings.Steps:N0} steps, seed {settings.Seed}; {data.Validation.Count:N0} training images held out."));
        terminal.Line(FormattableString.Invariant($"Left open by the paper, chosen here: rate {settings.Rate}, deviation of the Gaussian {settings.Deviation}, binary above {settings.Threshold}, epsilon {new BatchNormalization().Epsilon:0.#####E+0}."));
        var variants = new List<VariantResult>();
        var outcome = terminal.Progress(progress =>
        {
            foreach (var batchNormalized in new[] { false, true })
            {
                if (variants.Count == 0 || !cancellationToken.IsCancellationRequested)
                    variants.Add(Figure1Run.Run(settings, data, batchNormalized, progress, cancellationToken));
            }
            try
            {
                return study && !cancellationToken.IsCancellationRequested
                    ? new Study(settings, data, StudySeeds, progress, cancellationToken).Run()
                    : null;
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        });

        var report = new Figure1Report(settings, data, variants, outcome, words);
        var files = report.Write(folder);
        terminal.Line();
        terminal.Table(report.Table(), $"Figure 1 on {data.Name}");
        terminal.Line("Test and validation accuracy at the end: population statistics (Algorithm 2). Curve: moving averages.");
        if (variants.Count > 1)
            terminal.Line(variants[0].StepRatio(variants[1]) is { } ratio
                ? FormattableString.Invariant($"Batch normalization reaches the plain network's last accuracy ({variants[0].LastOfCurve:0.0000}) in {ratio:0.0} times fewer steps.")
                : "Batch normalization did not reach the plain network's last accuracy.");
        foreach (var sentence in report.StudySentences())
            terminal.Line(sentence);
        terminal.Line($"Written to {folder}: {string.Join(", ", files)}.");
        if (!data.IsMnist)
            terminal.Line(DataSets.NotMnist);
        if (!cancellationToken.IsCancellationRequested)
            return 0;
        terminal.Line("Interrupted: these are the results up to there.");
        return Program.Interrupted;
    }
}
