using System.Globalization;
using System.Xml.Linq;
using Batchwise.Lab;

namespace Batchwise.Tests.Lab;

/// <summary>The runs of Figure 1, which go on where they were interrupted, and its drawings.</summary>
public sealed class Figure1Tests : IDisposable
{
    private static readonly Figure1Settings Settings = new() { Steps = 250, Threads = 1 };

    private readonly string folder = Directory.CreateTempSubdirectory("batchwise-figure1-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static Figure1Data Data { get; } = Create();

    private string Runs => Path.Combine(folder, "runs");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_that_was_interrupted_goes_on_to_the_same_bits_and_a_finished_one_is_found(bool batchNormalized)
    {
        var whole = Figure1Run.Run(Settings, Data, batchNormalized, cancellationToken: TestContext.Current.CancellationToken);
        using var source = new CancellationTokenSource();
        // The looks are at steps 100, 200 and 250.
        var cut = Figure1Run.Run(Settings, Data, batchNormalized, new Told(value => { if (value.Step == 200) source.Cancel(); }), new RunStore(folder), source.Token);
        Assert.True(cut.Cancelled);
        Assert.Equal((200, 2), (cut.Steps, cut.Moments.Count));
        Assert.Equal(2, Directory.GetFiles(Runs).Length);

        List<LabProgress> told = [];
        var store = new RunStore(folder);
        var resumed = Figure1Run.Run(Settings, Data, batchNormalized, new Told(told.Add), store, TestContext.Current.CancellationToken);
        Assert.Equal(250, told[0].Step);
        Same(whole, resumed);
        Assert.Single(Directory.GetFiles(Runs));

        told.Clear();
        var found = Figure1Run.Run(Settings with { Unit = 7 }, Data, batchNormalized, new Told(told.Add), store, TestContext.Current.CancellationToken);
        Same(resumed, found);
        Assert.Equal((resumed.MicrosecondsPerStep, 7), (found.MicrosecondsPerStep, found.Settings.Unit));
        Assert.Empty(told);
        Assert.Empty(store.Remarks);
    }

    [Fact]
    public void A_run_that_diverges_is_kept_as_one()
    {
        var (wild, store) = (Settings with { Rate = 1e38f }, new RunStore(folder));
        var run = Figure1Run.Run(wild, Data, batchNormalized: false, null, store, TestContext.Current.CancellationToken);
        Assert.NotNull(run.Diverged);
        Same(run, Figure1Run.Run(wild, Data, batchNormalized: false, null, store, TestContext.Current.CancellationToken));
        Assert.Empty(store.Remarks);
    }

    [Theory]
    [InlineData("result/finalTestAccuracy", "1e300", "its test accuracy is 1E+300")]
    [InlineData("result/finalTestAccuracy", "\"NaN\"", "its test accuracy is NaN")]
    [InlineData("result/validationAccuracy", "-1", "its validation accuracy is -1")]
    [InlineData("result/steps", "-5", "it took -5 of 250 steps")]
    [InlineData("result/steps", "100", "it ended after 100 of 250 steps and did not diverge")]
    [InlineData("result/microsecondsPerStep", "-1", "a step took ")]
    [InlineData("result/name", "\"batch-norm\"", "it is of another network")]
    [InlineData("result/cancelled", "true", "or was not finished")]
    [InlineData("result/moments", "[]", "the points of its curve are not those")]
    [InlineData("result/moments", "null", "what stands at '$.result.moments'")]
    [InlineData("result/moments/1", "null", "a point of its curve is null")]
    [InlineData("result/moments/1/testAccuracy", "1.5", "an accuracy of its curve is 1.5")]
    [InlineData("result/moments/1/percentiles", "[1, 2, 3]", "three percentiles for each unit")]
    [InlineData("result", "null", "what stands at '$.result'")]
    public void A_kept_run_that_cannot_be_is_made_again_with_a_sentence(string property, string value, string why)
    {
        var first = Figure1Run.Run(Settings, Data, false, null, new RunStore(folder), TestContext.Current.CancellationToken);
        var kept = KeptFiles.Change(Directory.GetFiles(Runs).Single(), property, value);
        var store = new RunStore(folder);
        Same(first, Figure1Run.Run(Settings, Data, false, null, store, TestContext.Current.CancellationToken));
        var remark = Assert.Single(store.Remarks);
        Assert.StartsWith($"'{kept}' was not trusted (", remark, StringComparison.Ordinal);
        Assert.Contains(why, remark, StringComparison.Ordinal);
    }

    [Fact]
    public void A_study_that_was_interrupted_goes_on_from_its_runs()
    {
        var settings = Settings with { Steps = 40 };
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => new Study(settings, Data, 1, new Told(value => { if (value.Step == 10) source.Cancel(); }), new RunStore(folder), source.Token).Run());
        var kept = Directory.GetFiles(Runs, "*.json").Where(path => !path.EndsWith("-unfinished.json", StringComparison.Ordinal)).ToDictionary(path => path, File.ReadAllText);
        Assert.True(kept.Count >= 10);
        var resumed = new Study(settings, Data, 1, null, new RunStore(folder), TestContext.Current.CancellationToken).Run();
        // A run that was made again would have taken another time.
        Assert.All(kept, file => Assert.Equal(file.Value, File.ReadAllText(file.Key)));
        var whole = new Study(settings, Data, 1, null, null, TestContext.Current.CancellationToken).Run();
        Assert.Equal(whole.Cells, resumed.Cells);
        foreach (var (one, other) in whole.Pairs.Zip(resumed.Pairs))
        {
            Same(one.Plain, other.Plain);
            Same(one.BatchNorm, other.BatchNorm);
        }
    }

    [Theory]
    [InlineData(new[] { 0.97, 0.98 }, 0.7)]
    [InlineData(new[] { 0.7, 0.98 }, 0.7)]
    [InlineData(new[] { 0.31, 0.98 }, 0.4)]
    [InlineData(new[] { 0.11, 0.19 }, 0.2)]
    public void The_axis_of_accuracies_is_the_paper_s_where_the_curves_end_on_it_and_else_follows_them(double[] ends, double firstLabel)
    {
        // An axis from 0.3 or 0.1 to 1 has a label at every fifth.
        var drawing = Figure1Plots.Accuracies([.. ends.Select((end, i) => Variant(i == 0 ? "plain" : "batch-norm", end))], "digits");
        Assert.Equal(firstLabel, Numbers(drawing).Min(), 1e-9);
    }

    [Theory]
    [InlineData(0.97, 0.9, 1.0)]
    [InlineData(0.9, 0.9, 1.0)]
    [InlineData(0.55, 0.1, 0.6)]
    [InlineData(0.12, 0.1, 0.2)]
    public void The_colours_of_the_study_are_those_of_its_cells(double best, double low, double high)
    {
        StudyCell[] cells = [.. new[] { 0.125f, 0.25f }.SelectMany(rate => new[] { 0.1, 0.3 }.Select(deviation => new StudyCell("plain", rate, deviation, 1, 40, rate == 0.25f && deviation == 0.3 ? best : 0.11, null)))];
        // The numbers of the axis of colours are written with one digit or two, those in the cells with three.
        double[] numbers = [.. Numbers(Figure1Plots.HeatMap(cells, "plain", "digits"), text => text.Length is > 2 and < 5 || text is "1").Where(value => value != 0.25 && value != 0.3 || best == 0.55)];
        Assert.Contains(high, numbers, EqualityComparer<double>.Create((one, other) => Math.Abs(one - other) < 1e-9));
        Assert.Contains(low, numbers, EqualityComparer<double>.Create((one, other) => Math.Abs(one - other) < 1e-9));
    }

    private static void Same(VariantResult one, VariantResult other)
    {
        Assert.Equal((one.Name, one.Steps, one.Diverged, one.Cancelled, one.FinalTestAccuracy, one.ValidationAccuracy), (other.Name, other.Steps, other.Diverged, other.Cancelled, other.FinalTestAccuracy, other.ValidationAccuracy));
        Assert.Equal(one.Moments.Select(moment => (moment.Step, moment.TestAccuracy)), other.Moments.Select(moment => (moment.Step, moment.TestAccuracy)));
        Assert.Equal(one.Moments.SelectMany(moment => moment.Percentiles), other.Moments.SelectMany(moment => moment.Percentiles));
    }

    private static VariantResult Variant(string name, double end) => new()
    {
        Name = name,
        Settings = Settings,
        Steps = 200,
        Moments = [new(100, Math.Min(end, 0.35), []), new(200, end, [])],
    };

    // What stands beside the axes: numbers that are not those of the steps.
    private static IEnumerable<double> Numbers(string svg, Func<string, bool>? like = null) =>
        from text in XElement.Parse(svg).Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value.Trim())
        where like?.Invoke(text) ?? (text.Contains('.', StringComparison.Ordinal) || text == "1")
        where double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
        select double.Parse(text, CultureInfo.InvariantCulture);

    private static Figure1Data Create()
    {
        var (train, test) = GeneratedDigits.Load(1, 600, 100);
        return new Figure1Data(train, test);
    }
}
