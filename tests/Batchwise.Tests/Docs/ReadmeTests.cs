using System.Text.Json.Nodes;
using Batchwise.Benchmarks;

namespace Batchwise.Tests.Docs;

/// <summary>What the README shows is what the repository holds.</summary>
public class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Repository.PathTo("README.md")).ReplaceLineEndings("\n");

    [Fact]
    public void Its_program_is_the_sample_that_the_package_test_runs()
    {
        var sample = string.Join('\n', File.ReadAllText(Repository.PathTo("samples/first.cs")).ReplaceLineEndings("\n").Split('\n').Where(line => !line.StartsWith("#:", StringComparison.Ordinal)));
        Assert.Contains($"<!-- samples/first.cs -->\n```csharp\n{sample.Trim()}\n```", Readme, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mnist")]
    [InlineData("networks")]
    public void Its_tables_are_what_the_comparison_printed(string comparison)
    {
        var table = CompareCommand.Markdown(JsonNode.Parse(File.ReadAllText(Repository.PathTo($"bench/results/amd-epyc-zen5/{comparison}.json")))!.AsObject());
        Assert.Contains($"<!-- bench/results {comparison} -->\n{table}\n<!-- /bench/results -->", Readme, StringComparison.Ordinal);
    }

    [Fact]
    public void The_replica_s_table_is_what_the_command_wrote()
    {
        static string Text(string path) => File.ReadAllText(Repository.PathTo(path)).ReplaceLineEndings("\n");
        Assert.Contains(
            $"<!-- figures/inception/figure3.md -->\n{Text("docs/figures/inception/figure3.md").Trim()}\n<!-- /figures/inception/figure3.md -->",
            Text("docs/inception.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void Its_links_lead_somewhere()
    {
        foreach (System.Text.RegularExpressions.Match link in System.Text.RegularExpressions.Regex.Matches(Readme, @"\]\((?!http)([^)#]+)\)"))
            Assert.True(Path.Exists(Repository.PathTo(link.Groups[1].Value)), link.Value);
    }
}
