using System.Text.Json.Nodes;
using Batchwise.Lab;

namespace Batchwise.Tests.Lab;

/// <summary>Kept runs are files that anyone may have changed: what no run can have measured is not trusted, and the run is made again.</summary>
public sealed class KeptRunTests : IDisposable
{
    private readonly LabBench lab = new();

    public void Dispose() => lab.Dispose();

    private string Runs => Path.Combine(lab.Folder, "runs");

    [Theory]
    [InlineData("test", "1e300", "its test accuracy is 1E+300, which lies outside 0 to 1")]
    [InlineData("test", "-0.1", "its test accuracy is -0.1, which lies outside 0 to 1")]
    [InlineData("test", "1e999", "its test accuracy is ")]
    [InlineData("test", "\"NaN\"", "is no JSON, or not what belongs there")]
    [InlineData("test", "null", "its test accuracy is missing")]
    [InlineData("validation", "1.01", "its validation accuracy is 1.01")]
    [InlineData("chance", "0.5", "its chance is not that of so many classes")]
    [InlineData("steps", "-5", "it took -5 of 5 steps")]
    [InlineData("steps", "6", "it took 6 of 5 steps")]
    [InlineData("steps", "4", "it ended after 4 of 5 steps and did not diverge")]
    [InlineData("budget", "4", "its method, rate, setting, seed or budget is another")]
    [InlineData("seed", "4", "its method, rate, setting, seed or budget is another")]
    [InlineData("rate", "2", "its method, rate, setting, seed or budget is another")]
    [InlineData("choice", "2", "its method, rate, setting, seed or budget is another")]
    [InlineData("arm", "\"other\"", "its method, rate, setting, seed or budget is another")]
    [InlineData("arm", "null", "is no JSON, or not what belongs there")]
    [InlineData("spec", "\"other\"", "it is of another run")]
    [InlineData("machine", "null", "is no JSON, or not what belongs there")]
    [InlineData("seconds", "-1", "training took -1 seconds")]
    [InlineData("secondsInAll", "1e999", "the run took ")]
    [InlineData("points", "[]", "the points of its curve are not those at which it is looked at")]
    [InlineData("points", "[null]", "a point of its curve is null")]
    [InlineData("points", "null", "is no JSON, or not what belongs there")]
    [InlineData("points", "[{\"step\": -5, \"seconds\": 1, \"accuracy\": 0.5}]", "the points of its curve are not those at which it is looked at")]
    [InlineData("points", "[{\"step\": 5, \"seconds\": 1, \"accuracy\": 2}]", "an accuracy of its curve is 2")]
    [InlineData("points", "[{\"step\": 5, \"seconds\": -1, \"accuracy\": 0.5}]", "its training took -1 seconds")]
    [InlineData("points", "[{\"step\": 5, \"accuracy\": 0.5}]", "what stands at '$.points[0]'")]
    public void A_run_that_cannot_be_is_made_again_with_a_sentence(string property, string value, string why)
    {
        var request = lab.Open().Request(Arms.Plain, new ArmSetting(1), 3, 5, scoreTest: true);
        var ran = Assert.Single(lab.Open().RunAll([request]));
        var path = Change(property, value);
        var bench = lab.Open();
        var again = Assert.Single(bench.RunAll([request]));
        Assert.Equal(1, bench.Executed);
        Assert.Equal((ran.Validation, ran.Test, ran.Steps, ran.Points[0].Accuracy), (again.Validation, again.Test, again.Steps, again.Points[0].Accuracy));
        var remark = Assert.Single(bench.Remarks);
        Assert.StartsWith($"'{path}' was not trusted (", remark, StringComparison.Ordinal);
        Assert.Contains(why, remark, StringComparison.Ordinal);
        Assert.EndsWith("): its run was made again.", remark, StringComparison.Ordinal);

        // What was written over is trusted.
        var next = lab.Open();
        next.RunAll([request]);
        Assert.Equal(0, next.Executed);
        Assert.Empty(next.Remarks);
    }

    [Theory]
    [InlineData("values", "[\"NaN\"]")]
    [InlineData("values", "[1e999]")]
    [InlineData("values", "null")]
    [InlineData("secondsInAll", "-1")]
    public void A_measurement_that_cannot_be_is_made_again(string property, string value) => MadeAgain(property, value, bench =>
        bench.MeasureAll([bench.Request(Arms.BatchNorm, new ArmSetting(1), 3, 5, scoreTest: false)], "weights", (state, _) => [state.Parameter("dense1.weight")[0]])[0][0]);

    [Theory]
    [InlineData("test", "7")]
    [InlineData("rate", "7")]
    [InlineData("secondsInAll", "-1")]
    [InlineData("looks", "[]")]
    [InlineData("looks/0/step", "7")]
    [InlineData("looks/0/units", "[null]")]
    [InlineData("looks/0/jacobians/0/median", "-1")]
    [InlineData("looks/0/gradients/0/distance", "-1")]
    [InlineData("looks/0/gradients/0/cosine", "1.5")]
    [InlineData("looks/0/landscape/variation", "-1")]
    [InlineData("looks/1/drifts/0", "-1")]
    public void A_run_of_covariate_shift_that_cannot_be_is_made_again(string property, string value) => MadeAgain(property, value, bench =>
        bench.RunAll([ShiftMeasurement.Job(bench.Request(Arms.BatchNorm, new ArmSetting(1), 3, 5, scoreTest: true))], ResultJson.Readable.ShiftRun)[0].Looks[^1].Landscape.Variation);

    private void MadeAgain(string property, string value, Func<Workbench, double> run)
    {
        var first = run(lab.Open());
        Change(property, value);
        var bench = lab.Open();
        Assert.Equal(first, run(bench));
        Assert.Equal(1, bench.Executed);
        Assert.Single(bench.Remarks);
    }

    private string Change(string property, string value) => KeptFiles.Change(Assert.Single(Directory.GetFiles(Runs, "*.json")), property, value);
}

/// <summary>Changes values in kept files, which System.Text.Json would not write as they are.</summary>
static class KeptFiles
{
    /// <summary>Gives a property, found by names and numbers from the document's root, another value.</summary>
    public static string Change(string path, string property, string value)
    {
        const string Mark = "a mark that is in no file";
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        var parent = json;
        var keys = property.Split('/');
        foreach (var key in keys[..^1])
            parent = parent is JsonArray list ? list[int.Parse(key, System.Globalization.CultureInfo.InvariantCulture)]! : parent[key]!;
        if (parent is JsonArray last)
            last[int.Parse(keys[^1], System.Globalization.CultureInfo.InvariantCulture)] = Mark;
        else
            parent[keys[^1]] = Mark;
        File.WriteAllText(path, json.ToJsonString().Replace($"\"{Mark}\"", value, StringComparison.Ordinal));
        return path;
    }
}
