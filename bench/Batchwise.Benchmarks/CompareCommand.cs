using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Batchwise.Benchmarks;

/// <summary><c>compare</c>: ours and the peer's same commands in turn, in one sitting.</summary>
static class CompareCommand
{
    private static readonly (string Name, string Command, double Target)[] Rows =
    [
        ("training step, MNIST network, batch norm", "step mnist-mlp", 4),
        ("training step, MNIST network, plain", "step mnist-mlp --plain", 3),
        ("matrix product 60x100x784", "op gemm 60 100 784", 1.3),
        ("matrix product 784x100x60, A transposed", "op gemm 784 100 60 --ta", 1.3),
        ("matrix product 60x100x100", "op gemm 60 100 100", 2),
        ("matrix product 1024x1024x1024", "op gemm 1024 1024 1024", 1),
        ("batch norm + ReLU, fwd + bwd, 32x192x56x56", "op bnrelu 32 192 56 56", 6),
        ("batch norm + ReLU, fwd + bwd, 32x576x14x14", "op bnrelu 32 576 14 14", 3),
    ];

    public static Command Create(TextWriter output)
    {
        var peer = new Option<string>("--peer")
        {
            Description = "The peer's runner, which answers the same commands.",
            HelpName = "FILE",
            DefaultValueFactory = _ => Path.Combine("..", "shared", "peers", "torchsharp", "run"),
        };
        var rounds = new Option<int>("--rounds") { Description = "How often each command runs.", HelpName = "N", DefaultValueFactory = _ => 3 };
        var threads = new Option<int>("--threads") { HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount };
        var json = new Option<bool>("--json") { Description = "One line of JSON." };
        var command = new Command("compare", "Runs ours and the peer's commands in turn and prints a table of medians and ratios.") { peer, rounds, threads, json };
        command.SetAction(parsed =>
        {
            var runner = parsed.GetValue(peer)!;
            if (!File.Exists(runner))
                throw new ArgumentException($"{runner} does not exist: name the peer's runner with --peer.");
            var rows = new JsonArray();
            string? peerName = null;
            foreach (var (name, words, target) in Rows)
            {
                var arguments = $"{words} --threads {parsed.GetValue(threads)} --json";
                var (ours, theirs) = (new List<double>(), new List<double>());
                for (var round = 0; round < parsed.GetValue(rounds); round++)
                {
                    ours.Add(Median(Run(Environment.ProcessPath!, Self(arguments))));
                    var answer = Run(runner, arguments);
                    theirs.Add(Median(answer));
                    peerName = (string?)answer["peer"];
                }
                var (mine, other) = (Middle(ours), Middle(theirs));
                rows.Add(new JsonObject
                {
                    ["what"] = name,
                    ["command"] = words,
                    ["microseconds"] = mine,
                    ["peerMicroseconds"] = other,
                    ["ratio"] = Timing.Rounded(other / mine),
                    ["target"] = target,
                });
            }
            var result = new JsonObject
            {
                ["peer"] = peerName,
                ["peerSetting"] = "stock allocator",
                ["cpu"] = Machine.Cpu,
                ["isa"] = Machine.InstructionSet,
                ["threads"] = parsed.GetValue(threads),
                ["rounds"] = parsed.GetValue(rounds),
                ["runtime"] = Machine.Runtime,
                ["rows"] = rows,
            };
            output.WriteLine(parsed.GetValue(json) ? result.ToJsonString() : Markdown(result));
            return 0;
        });
        return command;
    }

    /// <summary>The result as the README's table.</summary>
    internal static string Markdown(JsonObject result)
    {
        var lines = new List<string>
        {
            $"{result["cpu"]}, {result["isa"]}, {result["threads"]} threads, {result["runtime"]}; peer {result["peer"]}, {result["peerSetting"]}; median of {result["rounds"]} runs each, in turn.",
            "",
            "| what | Batchwise | libtorch | ratio | aim |",
            "|---|--:|--:|--:|--:|",
        };
        foreach (var row in result["rows"]!.AsArray())
            lines.Add($"| {row!["what"]} | {Time((double)row["microseconds"]!)} | {Time((double)row["peerMicroseconds"]!)} | {Ratio((double)row["ratio"]!)} | {Ratio((double)row["target"]!)} |");
        return string.Join('\n', lines);
    }

    private static string Self(string arguments) =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? $"\"{typeof(CompareCommand).Assembly.Location}\" {arguments}" : arguments;

    private static JsonObject Run(string program, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonNode.Parse(text)!.AsObject()
            : throw new InvalidOperationException($"'{program} {arguments}' ended with exit code {process.ExitCode}.");
    }

    private static double Median(JsonObject answer) => (double)answer["medianMicroseconds"]!;

    private static double Middle(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static string Time(double microseconds) => microseconds < 1000
        ? string.Create(CultureInfo.InvariantCulture, $"{microseconds:0.0} us")
        : string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1000:0.00} ms");

    private static string Ratio(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
