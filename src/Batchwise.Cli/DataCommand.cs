using System.CommandLine;
using System.CommandLine.Parsing;

namespace Batchwise.Cli;

/// <summary><c>data get mnist</c>: downloads data, because the user asked.</summary>
static class DataCommand
{
    public static Command Create(Terminal terminal)
    {
        var from = new Option<Uri?>("--from") { Description = "A folder on the web that holds the four .gz files. Default: public mirrors.", HelpName = "URL", CustomParser = Address };
        var folder = PathOption.Create("--out", "Where to put them.", standard: Path.Combine("data", "mnist"));
        var mnist = new Command("mnist", "Downloads MNIST and checks its SHA-256 sums.") { from, folder };
        mnist.SetAction(async (parsed, cancellationToken) =>
        {
            var target = parsed.GetValue(folder)!;
            OutputPath.RequireFolder("--out", target);
            await Get(target, parsed.GetValue(from), terminal, cancellationToken).ConfigureAwait(false);
            terminal.Line($"MNIST is in {target}. Use it with --data {target}.");
            return 0;
        });
        return new CommandGroup("data", "Gets data sets.", usual: "get") { new CommandGroup("get", "Downloads a data set.", usual: "mnist") { mnist } };
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

    private static Uri? Address(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps))
            return address;
        result.AddError($"--from takes the address of a folder on the web, beginning with http:// or https://, not '{text}'.");
        return null;
    }

    private sealed class Reporter(Action<DownloadProgress> report) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => report(value);
    }
}
