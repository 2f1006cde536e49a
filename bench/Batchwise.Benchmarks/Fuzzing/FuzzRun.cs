using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using static System.FormattableString;

namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>Has a reader read mutated files in child processes, each of which goes on where the one before it died.</summary>
sealed class FuzzRun(FuzzReader reader, long inputs, ulong seed, TimeSpan limit, string folder)
{
    private static readonly TimeSpan Startup = TimeSpan.FromMinutes(2), BetweenLooks = TimeSpan.FromMilliseconds(50);

    private readonly FuzzFailures failures = new(folder);
    private long crashes, hangs;

    /// <summary>Reads all inputs: <c>reader</c>, <c>inputs</c>, <c>crashes</c>, <c>hangs</c>, <c>peakBytes</c>.</summary>
    public JsonObject Run()
    {
        using var memory = new PrivateFolder();
        using var progress = new FuzzProgress(memory.File("progress"));
        long next = 0;
        while (next < inputs)
        {
            progress.Index = FuzzProgress.NotBegun;
            next = Follow(memory.File("progress"), next, progress);
        }
        return new JsonObject
        {
            ["reader"] = reader.Name,
            ["inputs"] = inputs,
            ["crashes"] = crashes + progress.Crashes,
            ["hangs"] = hangs,
            ["peakBytes"] = progress.PeakBytes,
        };
    }

    /// <summary>Starts a child and follows it to its end.</summary>
    /// <returns>The index at which the next child is to go on.</returns>
    private long Follow(string file, long first, FuzzProgress progress)
    {
        using var child = Start(file, first);
        var messages = child.StandardError.ReadToEndAsync();
        var (index, since) = (FuzzProgress.NotBegun, TimeSpan.Zero);
        while (!child.WaitForExit(BetweenLooks))
        {
            progress.PeakBytes = PeakOf(child);
            if (progress.Index != index)
                (index, since) = (progress.Index, TimeSpan.Zero);
            // Looks are counted, not the clock: while this process is stopped, so may be the child.
            else if ((since += BetweenLooks) > (index == FuzzProgress.NotBegun ? Startup : limit) && index < inputs)
            {
                child.Kill(entireProcessTree: true);
                child.WaitForExit();
                return Lost(index, Invariant($"It was not read within {limit.TotalSeconds} s."), ref hangs);
            }
        }
        return progress.Index == inputs && child.ExitCode == 0
            ? inputs
            : Lost(progress.Index, Invariant($"The process ended with exit code {child.ExitCode}. {messages.Result}"),
                ref crashes);
    }

    /// <summary>Counts and keeps an input that ended its process.</summary>
    private long Lost(long index, string what, ref long count)
    {
        if (index == FuzzProgress.NotBegun || index >= inputs)
            throw new InvalidOperationException($"A process of the reader {reader.Name} did not begin, or not end: {what}");
        count++;
        failures.Save(reader.Name, seed, index, reader.Input(seed, index), what);
        return index + 1;
    }

    private Process Start(string file, long first)
    {
        string[] words =
        [
            typeof(FuzzRun).Assembly.Location, FuzzCommand.Name, reader.Name, "--inputs", Text(inputs), "--seed",
                seed.ToString(CultureInfo.InvariantCulture),
            "--save", folder, FuzzCommand.ChildOption, file, FuzzCommand.FirstOption, Text(first),
        ];
        var host = Environment.ProcessPath!;
        var start = new ProcessStartInfo(Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", words)
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        // Code is compiled fast at first, so that a child begins soon.
        start.Environment["DOTNET_TieredCompilation"] = "1";
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x100000000";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        return Process.Start(start)!;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long PeakOf(Process child)
    {
        try
        {
            child.Refresh();
            return child.PeakWorkingSet64;
        }
        catch (InvalidOperationException)
        {
            // It has just ended.
            return 0;
        }
    }
}
