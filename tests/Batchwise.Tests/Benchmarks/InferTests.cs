using System.Text.Json.Nodes;
using Batchwise.Benchmarks;
using static System.FormattableString;

namespace Batchwise.Tests.Benchmarks;

/// <summary>The inference benchmark runs, and both engines compute the same; no time is held against anything.</summary>
public class InferTests
{
    [Theory]
    [InlineData("mnist-mlp")]
    [InlineData("resnet-20")]
    public void Both_engines_give_the_same_probabilities(string model)
    {
        var printed = Run("infer", model, "--batch", "2", "--steps", "1", "--threads", "1", "--vs", "onnxruntime", "--json");
        Assert.Equal(model, (string)printed["model"]!);
        Assert.Equal(2, (int)printed["batch"]!);
        Assert.InRange((double)printed["largestDifference"]!, 0, 1e-4);
        var (ours, theirs) = ((double)printed["medianMicroseconds"]!, (double)printed["onnxRuntimeMicroseconds"]!);
        Assert.Equal(theirs / ours, (double)printed["ratio"]!, 1e-3);
        Assert.True((double)printed["coldStartMicroseconds"]! > 0 && (double)printed["afterPauseMicroseconds"]! > 0);
        Assert.Equal(model == "resnet-20", (long)printed["preparedBytes"]! > 0);
    }

    [Fact]
    public void Alone_it_prints_no_ratio()
    {
        var printed = Run("infer", "mnist-mlp", "--batch", "1", "--steps", "3", "--threads", "1", "--json");
        Assert.True((double)printed["medianMicroseconds"]! > 0);
        Assert.False(printed.ContainsKey("ratio"));
    }

    /// <summary>The table of docs/deploy.md shows what the commands printed.</summary>
    [Fact]
    public void The_table_of_the_docs_is_what_was_printed()
    {
        var printed = File.ReadLines(Repository.PathTo("bench/results/amd-epyc-zen4/infer.jsonl"))
            .Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        var docs = File.ReadAllText(Repository.PathTo("docs/deploy.md")).ReplaceLineEndings("\n");
        var networks = printed.GroupBy(row => $"{row["model"]}, {row["batch"]}").ToList();
        Assert.Equal(8, networks.Count);
        Assert.All(networks, rows =>
        {
            var cells = string.Concat(new[] { "vector512", "vector256" }.Select(isa => Cells(rows.Single(row => (string)row["isa"]! == isa))));
            Assert.Contains($"\n| {rows.Key} |{cells} ", docs, StringComparison.Ordinal);
        });
        static string Cells(JsonObject row) =>
            $" {Time(row["medianMicroseconds"])} | {Time(row["onnxRuntimeMicroseconds"])} | {Invariant($"{(double)row["ratio"]!:0.00}")} |";
        static string Time(JsonNode? microseconds) =>
            (double)microseconds! is >= 1000 and var slow ? Invariant($"{slow / 1000:0.00} ms") : Invariant($"{(double)microseconds!:0.0} us");
    }

    private static JsonObject Run(params string[] words)
    {
        using var output = new StringWriter();
        Assert.Equal(0, Program.Root(output).Parse(words).Invoke());
        return JsonNode.Parse(output.ToString())!.AsObject();
    }
}
