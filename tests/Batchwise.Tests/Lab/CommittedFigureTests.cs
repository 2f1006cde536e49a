using System.Text.Json;
using Batchwise.Lab;

namespace Batchwise.Tests.Lab;

/// <summary>
/// The figures in the docs are what the code draws of the results beside them. After a change of the drawing,
/// UPDATE_DOCS=1 in the environment draws them anew; nothing is trained again.
/// </summary>
public class CommittedFigureTests
{
    private const string Folder = "docs/figures/mnist";

    [Theory]
    [InlineData("figure1a.svg")]
    [InlineData("study-plain.svg")]
    [InlineData("study-batch-norm.svg")]
    public void A_figure_in_the_docs_is_what_the_code_draws_of_its_results(string file)
    {
        using var results = JsonDocument.Parse(File.ReadAllText(Repository.PathTo($"{Folder}/results.json")));
        var path = Repository.PathTo($"{Folder}/{file}");
        var drawn = Draw(results.RootElement, file).ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            File.WriteAllText(path, drawn);
        Assert.True(drawn == File.ReadAllText(path).ReplaceLineEndings("\n"), $"{path} is not what the code draws: run this test with UPDATE_DOCS=1, and look at it.");
    }

    [Fact]
    public void Every_figure_names_a_font_that_any_viewer_has()
    {
        var files = Directory.GetFiles(Repository.PathTo(Folder), "*.svg");
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            var text = File.ReadAllText(file);
            Assert.Contains("<text ", text, StringComparison.Ordinal);
            Assert.Equal(text.Split("<text ").Length, text.Split("font-family=\"Arial, Helvetica, sans-serif\"").Length);
        }
    }

    [Fact]
    public void The_report_in_the_docs_is_what_the_lab_writes_of_its_results_and_the_findings_tell_the_same()
    {
        var results = ExperimentList.InOrder(ResultFiles.ReadAll(Repository.PathTo("docs/findings")));
        Assert.Equal(ExperimentList.All.Select(experiment => experiment.Name), results.Select(result => result.Name));
        var path = Repository.PathTo("docs/findings/report.html");
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
            HtmlReport.Write(results, path);
        Assert.True(HtmlReport.Page(results).ReplaceLineEndings("\n") == File.ReadAllText(path).ReplaceLineEndings("\n"), $"{path} is not what the lab writes: run this test with UPDATE_DOCS=1.");

        var findings = File.ReadAllText(Repository.PathTo("docs/findings.md"));
        Assert.All(results, result =>
        {
            Assert.False(result.Quick);
            Assert.Contains(result.Answer!, findings, StringComparison.Ordinal);
            Assert.Contains(result.Here!, findings, StringComparison.Ordinal);
            Assert.All(result.Tables[0].Rows, row => Assert.Contains($"| {string.Join(" | ", row)} |", findings, StringComparison.Ordinal));
        });
    }

    private static string Draw(JsonElement results, string file)
    {
        var dataset = results.GetProperty("dataset").GetProperty("name").GetString()!;
        if (file == "figure1a.svg")
            return Figure1Plots.Accuracies([.. results.GetProperty("variants").EnumerateArray().Select(variant => Variant(results, variant))], dataset);
        var name = file["study-".Length..^".svg".Length];
        return Figure1Plots.HeatMap([.. results.GetProperty("study").GetProperty("cells").EnumerateArray().Select(Cell).Where(cell => cell.Variant == name)], name, dataset);
    }

    private static VariantResult Variant(JsonElement results, JsonElement variant)
    {
        var choices = results.GetProperty("choices");
        return new VariantResult
        {
            Name = variant.GetProperty("name").GetString()!,
            Steps = results.GetProperty("steps").GetInt64(),
            Settings = new Figure1Settings
            {
                Batch = choices.GetProperty("batch").GetInt32(),
                Rate = choices.GetProperty("learningRate").GetSingle(),
                Deviation = choices.GetProperty("weightDeviation").GetDouble(),
                Seed = results.GetProperty("seed").GetUInt64(),
            },
            Moments = [.. variant.GetProperty("curve").EnumerateArray().Select(point => new Moment(point[0].GetInt64(), point[1].GetDouble(), []))],
        };
    }

    private static StudyCell Cell(JsonElement cell) => new(
        cell.GetProperty("variant").GetString()!, cell.GetProperty("rate").GetSingle(), cell.GetProperty("deviation").GetDouble(),
        cell.GetProperty("seed").GetUInt64(), cell.GetProperty("steps").GetInt64(), cell.GetProperty("validationAccuracy").GetDouble(),
        cell.GetProperty("diverged").GetString());
}
