using System.CommandLine;

namespace Batchwise.Cli;

/// <summary><c>data get mnist</c>: downloads data, because the user asked.</summary>
static class DataCommand
{
    public static Command Create(Terminal terminal)
    {
        var from = new Option<Uri?>("--from") { Description = "A folder on the web that holds the four .gz files. Default: public mirrors.", HelpName = "URL" };
        var folder = new Option<string>("--out") { Description = "Where to put them.", HelpName = "DIR", DefaultValueFactory = _ => Path.Combine("data", "mnist") };
        var mnist = new Command("mnist", "Downloads MNIST and checks its SHA-256 sums.") { from, folder };
        mnist.SetAction(async (parsed, cancellationToken) =>
        {
            var target = parsed.GetValue(folder)!;
            await Get(target, parsed.GetValue(from), terminal, cancellationToken).ConfigureAwait(false);
            terminal.Line($"MNIST is in {target}. Use it with --data {target}.");
            return 0;
        });
        return new Command("data", "Gets data sets.") { new Command("get", "Downloads a data set.") { mnist } };
    }

    public static Task Get(string folder, Uri? from, Terminal terminal, CancellationToken cancellationToken)
    {
        var last = "";
        var progress = new Reporter(value =>
        {
            if (value.File == last)
                return;
            last = value.File;
            terminal.Line(value.From is null ? $"{value.File} is there already." : $"{value.File} from {value.From}");
        });
        return MnistDownload.GetAsync(folder, from, progress, cancellationToken);
    }

    private sealed class Reporter(Action<DownloadProgress> report) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => report(value);
    }
}
