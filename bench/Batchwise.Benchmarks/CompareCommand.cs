using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Batchwise.Benchmarks;

/// <summary><c>compare</c>: ours and the peer's same commands in turn, in one sitting.</summary>
static class CompareCommand
{
    // glibc gives large blocks back to the system as soon as they are freed, and libtorch pays for fresh pages in every
    // call. Told not to, it is at its best; untold, it is what a .NET program gets.
    private static readonly (string Name, string Value) Tuning =
        ("GLIBC_TUNABLES", "glibc.malloc.mmap_threshold=4294967296:glibc.malloc.trim_threshold=8589934592");

    public static Command Create(TextWriter output)
    {
        var what = new Argument<string>("WHAT")
        {
            Description = $"What is compared: {string.Join(", ", Comparison.All.Select(comparison => comparison.Name))}.",
            DefaultValueFactory = _ => Comparison.All[0].Name,
        };
        var peer = new Option<string>("--peer")
        {
            Description = "The peer's runner, which answers the same commands.",
            HelpName = "FILE",
            DefaultValueFactory = _ => Path.Combine("..", "shared", "peers", "torchsharp", "run"),
        };
        var rounds = new Option<int>("--rounds") { Description = "How often each command runs.", HelpName = "N", DefaultValueFactory = _ => 3 };
        var threads = new Option<int>("--threads") { HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount };
        var tuned = new Option<bool>("--tuned") { Description = $"Run the peer once more with its allocator tuned: {Tuning.Name}={Tuning.Value}." };
        var json = new Option<bool>("--json") { Description = "One line of JSON." };
        var command = new Command("compare", "Runs ours and the peer's commands in turn and prints a table of medians and ratios.") { what, peer, rounds, threads, tuned, json };
        command.SetAction(parsed =>
        {
            var runner = parsed.GetValue(peer)!;
            if (!File.Exists(runner))
                throw new ArgumentException($"{runner} does not exist: name the peer's runner with --peer.");
            var result = Measure(
                Comparison.Of(parsed.GetValue(what)!),
                words => Run(Environment.ProcessPath!, Self(words), tuned: false), (words, isTuned) => Run(runner, words, isTuned),
                parsed.GetValue(rounds), parsed.GetValue(threads), parsed.GetValue(tuned));
            output.WriteLine(parsed.GetValue(json) ? result.ToJsonString() : Markdown(result));
            return 0;
        });
        return command;
    }

    /// <summary>Runs every row's command on both sides, in turn, and takes medians.</summary>
    /// <param name="comparison">The rows.</param>
    /// <param name="ours">Answers a command line.</param>
    /// <param name="peer">Answers the same, and is told whether its allocator is tuned.</param>
    /// <param name="rounds">How often each command runs.</param>
    /// <param name="threads">How many threads each side has.</param>
    /// <param name="tuned">Whether the peer runs once more per round, tuned.</param>
    internal static JsonObject Measure(
        Comparison comparison, Func<string, JsonObject> ours, Func<string, bool, JsonObject> peer, int rounds, int threads, bool tuned)
    {
        var rows = new JsonArray();
        string? peerName = null;
        var times = comparison.Rows.Select(_ => (Mine: new List<double>(), Stock: new List<double>(), Best: new List<double>())).ToArray();
        // Round by round, so that what disturbs the machine for a minute does not meet all runs of one row.
        for (var round = 0; round < rounds; round++)
        {
            foreach (var ((_, words, _), (mine, stock, best)) in comparison.Rows.Zip(times))
            {
                var arguments = $"{words} --threads {threads} --json";
                mine.Add(Median(ours(arguments)));
                var answer = peer(arguments, false);
                stock.Add(Median(answer));
                peerName = (string?)answer["peer"];
                if (tuned)
                    best.Add(Median(peer(arguments, true)));
            }
        }
        foreach (var ((name, words, target), (mine, stock, best)) in comparison.Rows.Zip(times))
        {
            var row = new JsonObject
            {
                ["what"] = name,
                ["command"] = words,
                ["microseconds"] = Middle(mine),
                ["peerMicroseconds"] = Middle(stock),
                ["ratio"] = Timing.Rounded(Middle(stock) / Middle(mine)),
                ["target"] = target,
            };
            if (tuned)
            {
                row["tunedPeerMicroseconds"] = Middle(best);
                row["tunedRatio"] = Timing.Rounded(Middle(best) / Middle(mine));
            }
            rows.Add(row);
        }
        return new JsonObject
        {
            ["peer"] = peerName,
            ["peerSetting"] = tuned ? "stock allocator and tuned" : "stock allocator",
            ["cpu"] = Machine.Cpu,
            ["isa"] = Machine.InstructionSet,
            ["threads"] = threads,
            ["rounds"] = rounds,
            ["runtime"] = Machine.Runtime,
            ["geometricMeanRatio"] = GeometricMean(rows, "ratio"),
            ["tunedGeometricMeanRatio"] = tuned ? GeometricMean(rows, "tunedRatio") : null,
            ["rows"] = rows,
        };
    }

    /// <summary>The result as the README's table; with columns for the tuned peer where it was measured.</summary>
    internal static string Markdown(JsonObject result)
    {
        var rows = result["rows"]!.AsArray();
        var tuned = rows.Any(row => row!["tunedRatio"] is not null);
        var lines = new List<string>
        {
            $"{result["cpu"]}, {result["isa"]}, {result["threads"]} threads, {result["runtime"]}; peer {result["peer"]}, {result["peerSetting"]}; median of {result["rounds"]} runs each, in turn.",
            "",
            tuned ? "| what | Batchwise | libtorch, stock | ratio | libtorch, tuned | ratio | aim |" : "| what | Batchwise | libtorch | ratio | aim |",
            tuned ? "|---|--:|--:|--:|--:|--:|--:|" : "|---|--:|--:|--:|--:|",
        };
        foreach (var row in rows)
        {
            var cells = new List<string> { (string)row!["what"]!, Time(row["microseconds"]), Time(row["peerMicroseconds"]), Ratio(row["ratio"]) };
            if (tuned)
                cells.AddRange([Time(row["tunedPeerMicroseconds"]), Ratio(row["tunedRatio"])]);
            lines.Add($"| {string.Join(" | ", cells)} | {Ratio(row["target"])} |");
        }
        return string.Join('\n', lines);
    }

    private static double GeometricMean(JsonArray rows, string field) =>
        Timing.Rounded(Math.Exp(rows.Average(row => Math.Log((double)row![field]!))));

    private static string Self(string arguments) =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? $"\"{typeof(CompareCommand).Assembly.Location}\" {arguments}" : arguments;

    private static JsonObject Run(string program, string arguments, bool tuned)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        if (tuned)
            start.Environment[Tuning.Name] = Tuning.Value;
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonNode.Parse(text)!.AsObject()
            : throw new InvalidOperationException($"'{program} {arguments}' ended with exit code {process.ExitCode}.");
    }

    private static double Median(JsonObject answer) => (double)answer["medianMicroseconds"]!;

    private static double Middle(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static string Time(JsonNode? node)
    {
        var microseconds = (double)node!;
        return microseconds < 1000
            ? string.Create(CultureInfo.InvariantCulture, $"{microseconds:0.0} us")
            : string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1000:0.00} ms");
    }

    private static string Ratio(JsonNode? node) => ((double)node!).ToString("0.0", CultureInfo.InvariantCulture);
}
