using Batchwise.Lab;

namespace Batchwise.Tests.Lab;

public sealed class ExperimentTests : IDisposable
{
    private readonly LabBench lab = new();

    public void Dispose() => lab.Dispose();

    public static TheoryData<string> Names => [.. ExperimentList.All.Select(experiment => experiment.Name)];

    // What takes many networks takes fewer and shallower ones here.
    private static Experiment Small(string name) => name == "rectifiers" ? new Rectifiers { Depths = [1, 2] } : ExperimentList.Find(name)!;

    private Workbench Open(string name, LabSettings? settings = null) =>
        lab.Open(settings, network: name.StartsWith("convolutional", StringComparison.Ordinal) ? LabBench.Convolutional : LabBench.Network);

    [Theory]
    [MemberData(nameof(Names))]
    public void An_experiment_answers_with_intervals_and_is_written_and_read_back(string name)
    {
        var result = Small(name).Run(Open(name));
        Assert.Contains("[", result.Answer, StringComparison.Ordinal);
        Assert.NotNull(result.Here);
        Assert.Equal([2UL, 3, 4, 5, 6], result.Seeds);
        Assert.Contains(result.Tables.Single(table => table.Name == "best").Columns, column => column.Title == "verdict");
        Assert.Contains(result.Notes, note => note.Contains("generated", StringComparison.Ordinal));
        Assert.All(result.Tables, table => Assert.All(table.Rows, row => Assert.Equal(table.Columns.Length, row.Length)));
        Assert.All(result.Figures, figure => Assert.Contains("<svg", figure.Svg, StringComparison.Ordinal));

        var files = ResultFiles.Write(result, lab.Folder);
        Assert.All(files, file => Assert.True(File.Exists(Path.Combine(lab.Folder, file)), file));
        var read = Assert.Single(ResultFiles.ReadAll(lab.Folder));
        Assert.Equal((result.Answer, result.Command, result.Machine, result.Dataset), (read.Answer, read.Command, read.Machine, read.Dataset));
        Assert.Equal(result.Figures, read.Figures);
        Assert.Equal(result.Tables.Select(ResultFiles.Csv), read.Tables.Select(ResultFiles.Csv));

        // Resumed, it runs nothing and finds the same.
        var bench = Open(name);
        var again = Small(name).Run(bench);
        Assert.Equal(0, bench.Executed);
        Assert.Equal(result.Answer, again.Answer);
        Assert.Equal(result.Tables.Select(ResultFiles.Csv), again.Tables.Select(ResultFiles.Csv));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_quick_look_concludes_nothing(string name)
    {
        var result = Small(name).Run(Open(name, LabBench.Settings with { Quick = true }));
        Assert.True(result.Quick);
        Assert.Null(result.Answer);
        Assert.Null(result.Here);
        Assert.Equal([2UL], result.Seeds);
        Assert.Contains(result.Notes, note => note.Contains("Nothing is concluded", StringComparison.Ordinal));
        foreach (var table in result.Tables)
        {
            Assert.DoesNotContain(table.Columns, column => column.Title == "verdict");
            Assert.DoesNotContain("[", ResultFiles.Csv(table), StringComparison.Ordinal);
            Assert.DoesNotContain("±", ResultFiles.Csv(table), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_that_holds_no_result_is_named()
    {
        var path = Path.Combine(lab.Folder, "odd.json");
        File.WriteAllText(path, "[1]");
        Assert.Contains("odd.json", Assert.Throws<InvalidDataException>(() => ResultFiles.ReadAll(lab.Folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_s_commas_and_quotes_survive_csv()
    {
        var table = new TableResult("t", "T", [new("a", false), new("b", true)], [["x, y", "1"], ["say \"no\"", "2"]]);
        Assert.Equal("a,b\n\"x, y\",1\n\"say \"\"no\"\"\",2\n", ResultFiles.Csv(table));
    }
}
