using System.CommandLine;
using Batchwise.Lab;

namespace Batchwise.Cli;

/// <summary><c>reproduce inception</c>: a scaled-down replica of section 4.2, Figures 2 and 3, and in full Figure 4.</summary>
static class ReproduceInception
{
    private const long FullSteps = 40_000;
    private const int FullSeeds = 3;

    public static Command Create(Terminal terminal)
    {
        var defaults = new Figure2Settings();
        var data = PathOption.Create("--data", "Images in class folders, or a .tar of them. Default: generated textured shapes.", "DIR|TAR");
        var maxPixels = PixelOption.Create();
        var width = NumberOption.Real<double>(
            "--width", FormattableString.Invariant($"A factor on the filters of the network, inception-small. Default: {defaults.Width}."), "W", "a number above 0 and up to 4 such as 0.25", factor => factor is > 0 and <= 4);
        var steps = NumberOption.Whole<long>("--steps", FormattableString.Invariant($"Training steps of each recipe. Default: {defaults.Steps}."), 1, NumberOption.MostSteps);
        var full = new Option<bool>("--full") { Description = $"All recipes of Figure 3 and the ensemble of Figure 4 at full width, {FullSeeds} seeds, {FullSteps:N0} steps: a day or more." };
        var seed = NumberOption.Whole<ulong>("--seed", "Fixes weights and data order.", 1, 0, ulong.MaxValue);
        var folder = PathOption.Create(
            "--out", "Where figures, results and finished runs go; a command that was interrupted goes on from them.", standard: Path.Combine("figures", "inception"));
        var command = new Command("inception", "Section 4.2, Figures 2 and 3, scaled down: Inception without and with batch normalization, at its rate and at five times it.")
        {
            data, maxPixels, width, steps, full, seed, folder,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var whole = parsed.GetValue(full);
            var settings = defaults with
            {
                Width = parsed.GetValue(width) ?? (whole ? 1 : defaults.Width),
                Steps = parsed.GetValue(steps) ?? (whole ? FullSteps : defaults.Steps),
                Seeds = whole ? FullSeeds : defaults.Seeds,
                Recipes = whole ? [.. Figure2Settings.Default, Recipes.BnX30, Recipes.BnX5Sigmoid] : defaults.Recipes,
                Ensemble = whole ? Recipes.Ensemble : defaults.Ensemble,
                Seed = parsed.GetValue(seed),
            };
            settings.Verify();
            OutputPath.RequireFolder("--out", parsed.GetValue(folder));
            var images = ImageData.Load(parsed.GetValue(data), parsed.GetValue(maxPixels), terminal, cancellationToken);
            var words = "batchwise reproduce inception " + string.Join(' ', parsed.Tokens.Skip(2).Select(token => token.Value));
            return Task.FromResult(Run(settings, images, parsed.GetValue(folder)!, words.TrimEnd(), terminal, cancellationToken));
        });
        return command;
    }

    internal static int Run(
        Figure2Settings settings, Figure2Data data, string folder, string words, Terminal terminal, CancellationToken cancellationToken)
    {
        terminal.Line("A scaled-down replica of Figures 2 and 3: a small network on small images, not ImageNet.");
        terminal.Line(FormattableString.Invariant($"inception-small at width {settings.Width}, {settings.BaseNetwork(data).ParameterCount:N0} parameters, batch {settings.Batch}, {settings.Steps:N0} steps, seed {settings.Seed}; {data.ValidationCount:N0} training images held out."));
        terminal.Line(FormattableString.Invariant($"Left open by the paper, chosen here: momentum {settings.Momentum}, L2 weight {settings.WeightDecay}, the rate falling by {settings.DecayFactor} over a run, He initialization; Inception's rate is searched."));
        if (!settings.Ensemble.IsEmpty)
            terminal.Line($"And of Figure 4: {settings.Ensemble.Length} networks for an ensemble of each seed, {string.Join(", ", settings.Ensemble.Select(recipe => recipe.Name))}.");
        terminal.Line(FormattableString.Invariant($"Searches Inception's rate first, in short runs, then takes {settings.Steps * (settings.Recipes.Length + settings.Ensemble.Length) * settings.Seeds:N0} steps in all; 32,000 steps at width 0.25 take about half an hour on two cores."));
        Figure2Result result;
        Figure2Study? inception = null;
        try
        {
            result = terminal.Progress(progress => (inception = new Figure2Study(settings, data, folder, progress, cancellationToken)).Run());
        }
        catch (OperationCanceledException)
        {
            terminal.Line($"Interrupted: what is finished is kept in {Path.Combine(folder, "runs")}; the same command goes on from there.");
            return Program.Interrupted;
        }
        foreach (var remark in inception!.Remarks)
            terminal.Line(remark);
        var report = new Figure2Report(settings, data, result, words);
        var rescue = new Rescue(terminal);
        IReadOnlyList<string> files = [];
        folder = rescue.Write(folder, place => files = report.Write(place));
        terminal.Line();
        terminal.Table(report.Table(), $"Figure 3 on {data.Name}");
        foreach (var note in report.Notes())
            terminal.Line(note);
        if (report.Figure4 is { } ensembles)
        {
            terminal.Line();
            terminal.Table(ensembles.Table(), $"Figure 4 on {data.Name}");
            foreach (var note in ensembles.Notes())
                terminal.Line(note);
        }
        terminal.Line($"Written to {folder}: {string.Join(", ", files)}.");
        if (data.Generated)
            terminal.Line("Generated shapes are no benchmark: for images, give --data DIR|TAR with class folders.");
        return rescue.ExitCode;
    }
}
