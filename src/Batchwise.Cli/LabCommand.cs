using System.CommandLine;
using Batchwise.Lab;

namespace Batchwise.Cli;

/// <summary><c>lab NAME</c>: an experiment that compares methods, or all of them.</summary>
static class LabCommand
{
    private const string All = "all";
    private const int MostSeeds = 1_000;
    private const string Report = "report.html";

    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string>("NAME") { Description = $"The experiment: {ExperimentList.Names}; or {All}." };
        name.Validators.Add(result =>
        {
            var asked = result.GetValueOrDefault<string>();
            if (asked is not null && asked != All && ExperimentList.Find(asked) is null)
                result.AddError($"There is no experiment '{asked}'; there are {ExperimentList.Names}, and {All} for all of them.");
        });
        var data = PathOption.Create("--data", "A folder with MNIST's IDX files, raw or .gz. Default: generated digits.");
        var seeds = NumberOption.Whole<int>("--seeds", "Fresh seeds of the comparison, at least 5: fewer give no interval worth printing. Default: 5.", LabSettings.FewestSeeds, MostSeeds);
        var folder = PathOption.Create("--out", "Where results and finished runs go; a command that was interrupted goes on from them.", standard: "lab");
        var quick = new Option<bool>("--quick") { Description = "One seed and fewer steps: a look, without intervals and without a conclusion." };
        var model = PathOption.Create("--model", "Try the methods on this model file's network, its normalizations taken out. Default: the paper's 784-100-100-100-10; convolutional experiments take a small convolutional one.", "FILE");
        var steps = NumberOption.Whole<long>("--steps", "Training steps of a run. Default: the experiment's.", 1, NumberOption.MostSteps);
        var command = new Command("lab", "Compares methods: searched on one seed, judged on fresh ones, with intervals.") { name, data, seeds, folder, quick, model, steps };
        command.Validators.Add(result =>
        {
            if (result.GetValue(quick) && result.GetValue(seeds) is not null)
                result.AddError("--quick and --seeds exclude each other: a quick look takes one seed.");
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            var settings = new LabSettings
            {
                Seeds = parsed.GetValue(seeds) ?? LabSettings.FewestSeeds,
                Quick = parsed.GetValue(quick),
                Steps = parsed.GetValue(steps),
                Command = string.Join(' ', parsed.Tokens.Select(token => token.Value).Prepend("batchwise")),
            };
            settings.Verify();
            OutputPath.RequireFolder("--out", parsed.GetValue(folder));
            var own = parsed.GetValue(model) is { } file ? ModelArgument.Load(file) : null;
            var threshold = own is null ? 127 : Threshold(own, parsed.GetValue(model)!);
            var (train, test) = DataSets.ForTraining(parsed.GetValue(data), terminal);
            var asked = parsed.GetValue(name)!;
            Experiment[] experiments = asked == All ? [.. ExperimentList.All] : [ExperimentList.Find(asked)!];
            return Task.FromResult(Run(experiments, settings, LabData.Of(train, test, threshold), own?.Network, parsed.GetValue(folder)!, terminal, cancellationToken));
        });
        return command;
    }

    internal static int Run(
        IReadOnlyList<Experiment> experiments, LabSettings settings, LabData data, Network? own, string folder, Terminal terminal, CancellationToken cancellationToken)
    {
        var (network, removed) = own is null ? (null, []) : BaseNetwork.Strip(own);
        if (removed.Count > 0)
            terminal.Line($"Taken out of the model's network: {string.Join(", ", removed)}.");
        foreach (var experiment in settings.Quick ? experiments : [])
        {
            if (ResultFiles.Find(experiment.Name, folder) is { Quick: false } whole)
                throw new ArgumentException($"{folder} holds the results of {experiment.Name} over {whole.Seeds.Length} seeds, which a quick look would replace: name another folder with --out.");
        }
        var rescue = new Rescue(terminal);
        foreach (var experiment in experiments)
        {
            if (!Run(experiment, settings, data, network, folder, rescue, terminal, cancellationToken))
                return Program.Interrupted;
        }
        if (rescue.ExitCode != 0)
            return rescue.ExitCode;
        var page = rescue.Write(Path.Combine(folder, Report), path => HtmlReport.Write(ExperimentList.InOrder(ResultFiles.ReadAll(folder)), path));
        terminal.Line($"All results of the folder in one page: {page}.");
        if (data.Name != "MNIST")
            terminal.Line(DataSets.NotMnist);
        return rescue.ExitCode;
    }

    private static bool Run(
        Experiment experiment, LabSettings settings, LabData data, Network? network, string folder, Rescue rescue, Terminal terminal, CancellationToken cancellationToken)
    {
        terminal.Line($"{experiment.Title}: {experiment.Question}");
        Workbench? bench = null;
        ExperimentResult result;
        try
        {
            result = terminal.Progress(progress => experiment.Run(bench = new Workbench(settings, data, network ?? experiment.CreateNetwork(data.Train.Shape, data.Train.Classes), folder, progress, cancellationToken)));
        }
        catch (OperationCanceledException)
        {
            terminal.Line($"Interrupted: {bench?.Finished ?? 0} finished runs are kept in {Path.Combine(folder, "runs")}; the same command goes on from them.");
            return false;
        }
        foreach (var remark in bench!.Remarks)
            terminal.Line(remark);
        IReadOnlyList<string> files = [];
        folder = rescue.Write(folder, place => files = ResultFiles.Write(result, place));
        Show(result, terminal);
        terminal.Line(FormattableString.Invariant($"{bench.Finished} runs, {bench.Executed} of them now, {bench.Finished - bench.Executed} found finished; {result.Seconds:N0} s of one thread's time in all."));
        terminal.Line($"Written to {folder}: {string.Join(", ", files)}.");
        return true;
    }

    private static void Show(ExperimentResult result, Terminal terminal)
    {
        foreach (var table in result.Tables)
        {
            terminal.Line();
            terminal.Table([table.Columns.Select(column => column.Title).ToArray(), .. table.Rows.Select(row => row.ToArray())], table.Title);
            if (table.Note is not null)
                terminal.Line(table.Note);
        }
        terminal.Line();
        foreach (var refused in result.Refused)
            terminal.Line($"Not run: {refused.Cell}. {refused.Reason}");
        foreach (var note in result.Notes)
            terminal.Line(note);
        if (result.Answer is not null)
            terminal.Line(result.Answer);
        if (result.Here is not null)
            terminal.Line($"{result.Literature} Here: {result.Here}");
    }

    // Images are shown to the model's network as they were when it was trained.
    private static byte? Threshold(Model model, string file)
    {
        if (model.Preprocessing.Mean != 0 || model.Preprocessing.Scale != 1 || !model.Preprocessing.ChannelMeans.IsEmpty)
            throw new ArgumentException($"{file} shifts or scales its inputs ({model.Preprocessing}), which the lab does not: choose a model that takes pixels in [0, 1] or binary ones.");
        return model.Preprocessing.Threshold is { } threshold ? (byte)Math.Clamp(threshold * 255, 0, 254) : null;
    }
}
