using System.Text.Json.Nodes;
using Batchwise.Benchmarks;

namespace Batchwise.Tests.Benchmarks;

public class CompareTests
{
    [Fact]
    public void Both_sides_answer_the_same_commands_in_turn_and_medians_are_compared()
    {
        var (log, calls) = (new List<string>(), 0);
        var result = CompareCommand.Measure(
            Comparison.Of("mnist"), words => Answer($"ours {words}", 10 + calls++ % 3), (words, tuned) => Answer($"{(tuned ? "tuned" : "stock")} {words}", tuned ? 22 : 44), 3, 2, tuned: true);

        var rows = result["rows"]!.AsArray();
        Assert.NotEmpty(rows);
        Assert.Equal(rows.Count * 9, log.Count);
        var first = $"{rows[0]!["command"]} --threads 2 --json";
        Assert.Equal([$"ours {first}", $"stock {first}", $"tuned {first}", $"ours {rows[1]!["command"]} --threads 2 --json"], log.Take(4));
        Assert.Equal($"ours {first}", log[rows.Count * 3]);
        foreach (var row in rows)
        {
            Assert.Equal((11, 44, 4, 22, 2), ((double)row!["microseconds"]!, (double)row["peerMicroseconds"]!, (double)row["ratio"]!,
                (double)row["tunedPeerMicroseconds"]!, (double)row["tunedRatio"]!));
        }
        var table = CompareCommand.Markdown(result).Split('\n');
        Assert.Contains("peer the peer, stock allocator and tuned; median of 3 runs each", table[0], StringComparison.Ordinal);
        Assert.Equal("| what | Batchwise | libtorch, stock | ratio | libtorch, tuned | ratio | aim |", table[2]);
        Assert.Equal("| training step, MNIST network, batch norm | 11.0 us | 44.0 us | 4.0 | 22.0 us | 2.0 | 4.0 |", table[4]);
        Assert.All(table.Skip(2), line => Assert.Equal(8, line.Count(character => character == '|')));

        JsonObject Answer(string call, double microseconds)
        {
            log.Add(call);
            return new JsonObject { ["peer"] = "the peer", ["medianMicroseconds"] = microseconds };
        }
    }

    [Fact]
    public void Untuned_the_table_has_one_column_for_the_peer()
    {
        var result = CompareCommand.Measure(
            Comparison.Of("mnist"), _ => new JsonObject { ["medianMicroseconds"] = 2000.0 },
            (_, tuned) => tuned ? throw new InvalidOperationException("was not asked for") : new JsonObject { ["peer"] = "p", ["medianMicroseconds"] = 3000.0 },
            1, 1, tuned: false);
        Assert.Equal("| training step, MNIST network, batch norm | 2.00 ms | 3.00 ms | 1.5 | 4.0 |", CompareCommand.Markdown(result).Split('\n')[4]);
    }
}
