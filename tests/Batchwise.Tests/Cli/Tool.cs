using System.Diagnostics;
using Batchwise.Cli;

namespace Batchwise.Tests.Cli;

/// <summary>The tool as its users run it, and small data for it.</summary>
static class Tool
{
    /// <summary>Runs a command line in this process.</summary>
    public static async Task<(int Code, string Output, string Error)> Run(params string[] words)
    {
        var output = new StringWriter();
        var (code, error) = await RunTo(output, words);
        return (code, output.ToString(), error);
    }

    /// <summary>Runs a command line in this process, whose output goes to a writer.</summary>
    public static async Task<(int Code, string Error)> RunTo(TextWriter output, params string[] words)
    {
        var error = new StringWriter();
        var code = await Program.Run(words, new Terminal(output, error), TestContext.Current.CancellationToken);
        return (code, error.ToString());
    }

    /// <summary>Runs a line of a shell, in which $TOOL stands for the tool; skips the test where there is no such shell.</summary>
    /// <param name="line">The line.</param>
    /// <param name="heard">Is told every line that is written, while it runs.</param>
    public static Task<(int ExitCode, string Output)> Shell(string line, Action<string>? heard = null)
    {
        Assert.SkipUnless(File.Exists("/bin/sh"), "There is no /bin/sh here.");
        var variables = new Dictionary<string, string> { ["TOOL"] = $"{Dotnet.CommandOrSkip()} exec {typeof(Terminal).Assembly.Location}" };
        return Dotnet.Run("/bin/sh", ["-c", line], AppContext.BaseDirectory, variables, TimeSpan.FromMinutes(5), heard is null ? null : (_, text) => heard(text));
    }

    /// <summary>Sends a signal.</summary>
    /// <param name="signal">Its name without SIG.</param>
    /// <param name="process">The process's number, or what a shell makes it of.</param>
    public static void Signal(string signal, string process)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -{signal} {process}"]);
        kill.WaitForExit();
    }

    /// <summary>Writes MNIST's four files with as many images of 28 x 28 pixels in each set, of ten classes.</summary>
    public static string Idx(string folder, int count)
    {
        foreach (var name in (string[])["train", "t10k"])
        {
            File.WriteAllBytes(Path.Combine(folder, $"{name}-images-idx3-ubyte"), IdxBytes.Images(count, 28, 28));
            File.WriteAllBytes(Path.Combine(folder, $"{name}-labels-idx1-ubyte"), IdxBytes.Labels([.. Enumerable.Range(0, count).Select(i => (byte)(i % 10))]));
        }
        return folder;
    }
}
