using System.Diagnostics;
using System.Text;

namespace Batchwise.Tests;

/// <summary>Runs the dotnet command, and programs, as children of a test.</summary>
internal static class Dotnet
{
    /// <summary>The collection of tests that start processes: they take turns, so that no two compete for the machine.</summary>
    public const string Collection = "Child processes";

    // What the command that runs the tests tells its own children; a fresh command must not hear it.
    private static readonly string[] Inherited = ["MSBuild", "VSTest", "DOTNET_CLI_TELEMETRY_SESSIONID", "DOTNET_HOST_PATH", "COVERLET", "TESTINGPLATFORM"];

    /// <summary>The dotnet command; null where there is none on PATH.</summary>
    public static string? Command { get; } = OnPath(OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");

    /// <summary>The dotnet command; skips the test where there is none.</summary>
    public static string CommandOrSkip()
    {
        Assert.SkipWhen(Command is null, "There is no dotnet on PATH.");
        return Command!;
    }

    /// <summary>The first file of this name in the folders of PATH; null where there is none.</summary>
    public static string? OnPath(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);

    /// <summary>Runs a program to its end, without input, and collects what it writes to both outputs.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments, not yet quoted.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="variables">Environment variables over the inherited ones.</param>
    /// <param name="limit">After which it and its children are ended and the test fails.</param>
    /// <param name="heard">Is told every line that it writes, while it runs, beside the process's number.</param>
    public static async Task<(int ExitCode, string Output)> Run(
        string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string> variables, TimeSpan limit, Action<int, string>? heard = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => Inherited.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in Quiet.Concat(variables))
            start.Environment[name] = value;

        using var process = new Process { StartInfo = start };
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(limit);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', start.ArgumentList)} did not end within {limit}.{Environment.NewLine}{Text(output)}");
        }
        return (process.ExitCode, Text(output));

        void Take(string? line)
        {
            if (line is null)
                return;
            lock (output)
                output.AppendLine(line);
            heard?.Invoke(process.Id, line);
        }
    }

    // No server may outlive the test, and no message may depend on the user's language.
    private static Dictionary<string, string> Quiet => new()
    {
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["UseSharedCompilation"] = "false",
        ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_CLI_UI_LANGUAGE"] = "en",
        ["DOTNET_NOLOGO"] = "1",
    };

    private static string Text(StringBuilder output)
    {
        lock (output)
            return output.ToString();
    }
}
