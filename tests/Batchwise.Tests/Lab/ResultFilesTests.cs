using System.Text.Json.Nodes;
using Batchwise.Lab;

namespace Batchwise.Tests.Lab;

/// <summary>Results are read from files that anyone may have written: what cannot be one is refused before the first run, and no file outside the folder is touched.</summary>
public sealed class ResultFilesTests : IDisposable
{
    private readonly LabBench lab = new();
    private readonly string outside = Directory.CreateTempSubdirectory("batchwise-outside-").FullName;

    public void Dispose()
    {
        lab.Dispose();
        Directory.Delete(outside, recursive: true);
    }

    private string ResultPath => Path.Combine(lab.Folder, "one.json");

    public static TheoryData<string> Names => ["/../../../x", "../x", "..\\x", "a/b", "/etc/x", "C:x", "..", ".", "", " ", "a\0b", "a\nb", "x.csv", "é", new string('a', 101)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_result_with_a_name_that_is_no_plain_one_is_refused_and_no_file_is_touched(string name)
    {
        foreach (var change in new Action<JsonObject>[] { json => json["name"] = name, json => json["tables"]![0]!["name"] = name, json => json["figures"]![0]!["name"] = name })
        {
            Change(change);
            var before = File.ReadAllText(ResultPath);
            Refused(() => ResultFiles.Read(ResultPath), "no plain name");
            Refused(() => ResultFiles.Find("one", lab.Folder), "no plain name");
            Refused(() => ResultFiles.Write(LabSamples.Result("one") with { Figures = [], Tables = [] }, lab.Folder), "no plain name");
            Assert.Equal(before, File.ReadAllText(ResultPath));
        }
        var sample = LabSamples.Result("one");
        foreach (var made in new[] { sample with { Name = name }, sample with { Tables = [sample.Tables[0] with { Name = name }] }, sample with { Figures = [sample.Figures[0] with { Name = name }] } })
            Assert.Contains("no plain name", Assert.Throws<ArgumentException>(() => ResultFiles.Write(made, lab.Folder)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ResultFiles.Find(name, lab.Folder));
        Assert.Equal([ResultPath], Directory.GetFileSystemEntries(lab.Folder));
    }

    [Fact]
    public void An_earlier_result_that_names_a_file_elsewhere_does_not_have_it_removed()
    {
        // As deep as the name asks for: FOLDER/one-/../../OUTSIDE/victim.csv.
        var victim = Path.Combine(outside, "victim.csv");
        File.WriteAllText(victim, "precious");
        Directory.CreateDirectory(Path.Combine(lab.Folder, "one-"));
        Change(json => json["tables"]![0]!["name"] = $"/../../{Path.GetFileName(outside)}/victim");
        Assert.True(File.Exists(Path.Combine(lab.Folder, $"one-/../../{Path.GetFileName(outside)}/victim.csv")));
        Refused(() => ResultFiles.Write(LabSamples.Result("one") with { Tables = [], Figures = [] }, lab.Folder), "no plain name");
        Assert.Equal("precious", File.ReadAllText(victim));
    }

    [Fact]
    public void The_result_of_another_experiment_is_not_taken_for_this_one_s()
    {
        Change(json => json["name"] = "two");
        Refused(() => ResultFiles.Find("one", lab.Folder), "it is that of 'two'");
        Refused(() => ResultFiles.Write(LabSamples.Result("one"), lab.Folder), "it is that of 'two'");
        Assert.Equal([ResultPath], Directory.GetFiles(lab.Folder));
    }

    [Fact]
    public void A_result_of_which_any_part_is_null_or_missing_or_of_another_kind_is_refused_or_told()
    {
        Change(_ => { });
        var whole = JsonNode.Parse(File.ReadAllText(ResultPath))!;
        string[] paths = [.. Paths(whole)];
        Assert.True(paths.Length > 50, $"{paths.Length} parts");
        var (refused, told) = (0, 0);
        foreach (var path in paths)
        {
            foreach (var change in new Action<JsonNode, string>[] { Null, Remove, (parent, key) => Set(parent, key, new JsonObject()), (parent, key) => Set(parent, key, JsonValue.Create(-1)) })
            {
                var json = whole.DeepClone();
                var (parent, key) = Locate(json, path);
                change(parent, key);
                File.WriteAllText(ResultPath, json.ToJsonString());
                try
                {
                    var result = ResultFiles.Read(ResultPath);
                    Assert.Contains("</html>", HtmlReport.Page([result]), StringComparison.Ordinal);
                    ResultFiles.Csv(result.Tables.Length > 0 ? result.Tables[0] : LabSamples.Table(["1"]));
                    told++;
                }
                catch (InvalidDataException error)
                {
                    Assert.StartsWith($"'{ResultPath}' holds no result of an experiment (", error.Message, StringComparison.Ordinal);
                    Assert.EndsWith("): remove it from the folder, or choose another folder.", error.Message, StringComparison.Ordinal);
                    refused++;
                }
            }
        }
        Assert.True(refused > 100 && told > 10, $"{refused} refused, {told} told");
    }

    [Theory]
    [InlineData("[1]", "'{0}' holds no result of an experiment (what stands at '")]
    [InlineData("{\"hello\": 1}", "'{0}' holds no result of an experiment (what stands at '")]
    [InlineData("", "{0} is empty, or no regular file")]
    public void A_lab_looks_at_its_folder_before_the_first_run(string text, string expected)
    {
        var path = Path.Combine(lab.Folder, "mine.json");
        File.WriteAllText(path, text);
        Refused(() => lab.Open(), expected.Replace("{0}", path, StringComparison.Ordinal));
        Assert.Equal([path], Directory.GetFileSystemEntries(lab.Folder));
    }

    private static void Refused(Action read, string expected) =>
        Assert.Contains(expected, Assert.Throws<InvalidDataException>(read).Message, StringComparison.Ordinal);

    private void Change(Action<JsonObject> change)
    {
        foreach (var file in Directory.GetFiles(lab.Folder))
            File.Delete(file);
        ResultFiles.Write(LabSamples.Result("one"), lab.Folder);
        var json = JsonNode.Parse(File.ReadAllText(ResultPath))!.AsObject();
        change(json);
        foreach (var file in Directory.GetFiles(lab.Folder))
            File.Delete(file);
        File.WriteAllText(ResultPath, json.ToJsonString());
    }

    // Every part of a document, as names and numbers from its root.
    private static IEnumerable<string> Paths(JsonNode node, string path = "")
    {
        IEnumerable<(string Key, JsonNode? Value)> parts = node switch
        {
            JsonObject parent => parent.Select(pair => (pair.Key, pair.Value)),
            JsonArray list => list.Select((value, i) => (i.ToString(System.Globalization.CultureInfo.InvariantCulture), value)),
            _ => [],
        };
        foreach (var (key, value) in parts)
        {
            yield return $"{path}/{key}";
            if (value is null)
                continue;
            foreach (var below in Paths(value, $"{path}/{key}"))
                yield return below;
        }
    }

    private static (JsonNode Parent, string Key) Locate(JsonNode root, string path)
    {
        var keys = path.Split('/')[1..];
        foreach (var key in keys[..^1])
            root = root is JsonArray list ? list[Number(key)]! : root[key]!;
        return (root, keys[^1]);
    }

    private static void Null(JsonNode parent, string key) => Set(parent, key, null);

    private static void Remove(JsonNode parent, string key)
    {
        if (parent is JsonArray list)
            list.RemoveAt(Number(key));
        else
            parent.AsObject().Remove(key);
    }

    private static void Set(JsonNode parent, string key, JsonNode? value)
    {
        if (parent is JsonArray list)
            list[Number(key)] = value;
        else
            parent[key] = value;
    }

    private static int Number(string key) => int.Parse(key, System.Globalization.CultureInfo.InvariantCulture);
}
