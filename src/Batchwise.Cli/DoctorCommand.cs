using System.CommandLine;

namespace Batchwise.Cli;

/// <summary><c>doctor MODEL|NETWORK</c>.</summary>
static class DoctorCommand
{
    private const int Ill = 1;

    // A report that is there at once needs no progress before it.
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    // As many as are usually enough for population statistics (arXiv 2105.07576, section 3).
    private const int MostExamples = 8_192;

    public static Command Create(Terminal terminal)
    {
        var subject = new Argument<string>("MODEL|NETWORK")
        {
            Description = $"A model file, or a network by name ({string.Join(", ", NamedNetworks.Names)}) for what its layers show.",
        };
        var data = PathOption.ModelData("What it was trained on", "Default: generated digits if the run's log names them, else none.");
        var maxPixels = PixelOption.Create();
        var run = PathOption.Run("The folder that 'batchwise train' left its log in. Default: none.");
        var command = new Command("doctor", "Examines a model for what commonly goes wrong with batch normalization. Exit code 0: healthy, 1: a warning or an illness.")
        {
            subject, data, maxPixels, run,
        };
        command.Validators.Add(result =>
        {
            var name = result.GetValue(subject);
            if (name is null || File.Exists(name))
                return;
            if (!NamedNetworks.Names.Contains(name))
                result.AddError(ModelArgument.Missing(name, orNetwork: true));
            else if (result.GetValue(data) is not null)
                result.AddError($"--data needs a trained model, and '{name}' is a network by name: give a model file.");
        });
        command.SetEndableAction(parsed =>
        {
            var log = parsed.GetValue(run) is { } folder ? RunLog.Load(folder) : null;
            var examination = Examine(parsed.GetValue(subject)!, parsed.GetValue(data), parsed.GetValue(maxPixels), log, terminal);
            terminal.Lines(examination.ToString());
            if (!examination.NotExamined.IsEmpty)
                terminal.Line("For those: a model file, --data DIR with its training data, --run DIR with the log of 'batchwise train --run DIR'.");
            return examination.IsHealthy ? 0 : Ill;
        });
        return command;
    }

    private static Examination Examine(string subject, string? data, long mostPixels, RunLog? log, Terminal terminal)
    {
        if (!File.Exists(subject))
            return Doctor.Examine(NamedNetworks.Create(subject), log);
        var model = ModelArgument.Load(subject);
        // Data that are made on the spot need no folder.
        if (data is null && log?.Data == GeneratedDigits.Name)
            return Examine(model, GeneratedDigits.Load(train: MostExamples, test: 1).Train, log, terminal);
        if (data is null)
            return Doctor.Examine(model, log: log);
        var (train, _) = DataSets.Load(data, mostPixels, model, terminal);
        return Examine(model, train.Slice(0, Math.Min(MostExamples, train.Count)), log, terminal);
    }

    private static Examination Examine(Model model, Dataset examples, RunLog? log, Terminal terminal) => terminal.Progress(
        progress => Doctor.Examine(model, examples, log, new Told(progress)), BetweenLines);

    private sealed class Told(IProgress<Lab.LabProgress> progress) : IProgress<ExaminationProgress>
    {
        public void Report(ExaminationProgress value) => progress.Report(new(
            value.Pass == 1 ? value.Check : FormattableString.Invariant($"{value.Check}, pass {value.Pass}"), value.Done, value.Count, double.NaN, double.NaN));
    }
}
