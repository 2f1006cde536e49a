using System.Collections.Immutable;
using Batchwise.Lab;

namespace Batchwise.Tests.Lab;

/// <summary>The protocol and the report of the replica of Figures 2 and 3.</summary>
public sealed class Figure2Tests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("batchwise-figure2-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static readonly Figure2Settings Settings = new() { Steps = 5, Width = 0.01, Batch = 8, ShardSize = 16, PopulationBatches = 2, Threads = 1 };

    private static Figure2Data Data { get; } = Create();

    [Fact]
    public void Held_out_images_are_of_all_classes_and_never_trained_on()
    {
        // Class by class, as folders come; a pixel's value tells the image.
        var pixels = new byte[200 * 3];
        for (var i = 0; i < 200; i++)
            pixels.AsSpan(i * 3, 3).Fill((byte)i);
        var images = Dataset.FromBytes(pixels, [.. Enumerable.Range(0, 200).Select(i => i / 20)], new Shape(1, 1, 3), 10);
        var data = new Figure2Data(images, images);
        Assert.Equal((180, 20, 200), (data.TrainCount, data.ValidationCount, data.TestCount));
        var held = All(data.Validation);
        var trained = All(data.FirstTraining(1000));
        Assert.Empty(held.Intersect(trained));
        Assert.Equal(200, held.Union(trained).Count());
        Assert.True(Enumerable.Range(0, 20).Select(data.Validation.Label).Distinct().Count() > 5);
        Assert.Equal(0, trained.Average(), 1e-4);
    }

    [Fact]
    public void A_recipe_sees_distorted_images_and_its_population_pass_does_not()
    {
        var (full, reduced, plain) = (Data.TrainingFor(Recipes.BnBaseline), Data.TrainingFor(Recipes.BnX5), Data.FirstTraining(5));
        float[] Seen(IExamples examples, bool training)
        {
            var image = new float[examples.Shape.Size];
            if (training)
                examples.CopyTrainingInput(3, 1, 7, image);
            else
                examples.CopyInput(3, image);
            return image;
        }
        Assert.Equal(Seen(plain, training: false), Seen(full, training: false));
        Assert.Equal(Seen(full, training: true), Seen(full, training: true));
        Assert.NotEqual(Seen(full, training: true), Seen(full, training: false));
        Assert.NotEqual(Seen(full, training: true), Seen(reduced, training: true));
    }

    [Fact]
    public void Inception_at_a_rate_that_is_too_high_is_recorded_as_diverged()
    {
        var settings = Settings with { Recipes = [Recipes.Inception, Recipes.Inception with { Name = "wild", LearningRateFactor = 1e30 }] };
        var result = new Figure2Study(settings, Data, folder, cancellationToken: TestContext.Current.CancellationToken).Run();
        var wild = result.Runs[1];
        Assert.NotNull(wild.Diverged);
        Assert.True(wild is { Test: null } && wild.Steps < 5);
        Assert.Null(wild.StepRatio(result.Runs[0]));
        var report = new Figure2Report(settings, Data, result, "test");
        Assert.Contains(report.Table(), row => row[0] == "wild" && row[3] == $"diverged at step {wild.Steps}");
        Assert.Contains($"wild (seed 1) diverged at step {wild.Steps}.", report.Notes());
    }

    // In the midst of the search, of a recipe at a look, and of one between two looks.
    [Theory]
    [InlineData("rate 0.01", 2, 40)]
    [InlineData("BN-x5", 3, 5)]
    [InlineData("BN-x5", 9, 40)]
    public void A_study_that_was_interrupted_goes_on_to_the_same_results(string what, long step, long steps)
    {
        var settings = Settings with { Steps = steps, Recipes = [Recipes.Inception, Recipes.BnX5] };
        var whole = new Figure2Study(settings, Data, Path.Combine(folder, "a"), cancellationToken: TestContext.Current.CancellationToken).Run();

        using var source = new CancellationTokenSource();
        var ender = new Ender(progress =>
        {
            if (progress.What == what && progress.Step == step)
                source.Cancel();
        });
        var other = Path.Combine(folder, "b");
        Assert.Throws<OperationCanceledException>(() => new Figure2Study(settings, Data, other, ender, source.Token).Run());
        Assert.Single(Directory.GetFiles(Path.Combine(other, "runs"), "*.safetensors"));
        List<LabProgress> told = [];
        var study = new Figure2Study(settings, Data, other, new Ender(told.Add), TestContext.Current.CancellationToken);
        var resumed = study.Run();
        Assert.Equal((what, step), (told[0].What, told[0].Step));
        Assert.Empty(study.Remarks);
        Assert.Equal(whole.Search.Trials.AsEnumerable(), resumed.Search.Trials.AsEnumerable());
        foreach (var (expected, actual) in whole.Runs.Zip(resumed.Runs))
        {
            Assert.Equal((expected.Validation, expected.Test), (actual.Validation, actual.Test));
            Assert.Equal(expected.Points.AsEnumerable(), actual.Points.AsEnumerable());
        }
        Assert.Empty(Directory.GetFiles(Path.Combine(other, "runs"), "*.safetensors"));
    }

    [Theory]
    [InlineData("test", "1e300", "its test accuracy is 1E+300")]
    [InlineData("test", "null", "it has not the accuracies and predictions of such a run")]
    [InlineData("validation", "-1", "its validation accuracy is -1")]
    [InlineData("steps", "-5", "it took -5 of 5 steps")]
    [InlineData("budget", "6", "its recipe, rate, seed or budget is another")]
    [InlineData("points/0/validation", "2", "a validation accuracy of its curve is 2")]
    [InlineData("points/0/test", "2", "a test accuracy of its curve is 2")]
    [InlineData("points/0/step", "-1", "the points of its curve are not those at which it is looked at")]
    [InlineData("seconds", "-1", "training took -1 seconds")]
    [InlineData("secondsInAll", "1e999", "the run took ")]
    [InlineData("machine", "null", "what stands at '$.machine'")]
    public void A_kept_run_that_cannot_be_is_made_again_with_a_sentence(string property, string value, string why)
    {
        var settings = Settings with { Recipes = [Recipes.Inception] };
        var whole = new Figure2Study(settings, Data, folder, cancellationToken: TestContext.Current.CancellationToken).Run();
        var kept = Directory.GetFiles(Path.Combine(folder, "runs"), "*.json").Single(path => File.ReadAllText(path).Contains("\"test\": 0", StringComparison.Ordinal));
        KeptFiles.Change(kept, property, value);
        var study = new Figure2Study(settings, Data, folder, cancellationToken: TestContext.Current.CancellationToken);
        var again = study.Run();
        Assert.Equal((whole.Runs[0].Validation, whole.Runs[0].Test), (again.Runs[0].Validation, again.Runs[0].Test));
        var remark = Assert.Single(study.Remarks);
        Assert.StartsWith($"'{kept}' was not trusted (", remark, StringComparison.Ordinal);
        Assert.Contains(why, remark, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_is_told_on_the_way_of_every_run_those_of_the_search_too()
    {
        List<LabProgress> told = [];
        var settings = Settings with { Steps = 40, Recipes = [Recipes.Inception] };
        new Figure2Study(settings, Data, folder, new Ender(told.Add), TestContext.Current.CancellationToken).Run();
        // A run of the search takes 10 steps, or 20.
        Assert.Equal(Enumerable.Range(0, 11).Select(step => (long)step), told.Where(value => value is { What: "rate 0.01", Steps: 10 }).Select(value => value.Step).Distinct());
        Assert.Equal(Enumerable.Range(0, 41).Select(step => (long)step), told.Where(value => value.What == "Inception").Select(value => value.Step).Distinct());
        Assert.All(told, value => Assert.True(value.StepsPerSecond > 0 || value.Step == 0 || double.IsNaN(value.StepsPerSecond)));
        long[] all = [.. told.Where(value => value.What == "in all").Select(value => value.Step)];
        Assert.Equal(all.Order(), all);
    }

    [Fact]
    public void The_search_halves_and_looks_beyond_an_edge()
    {
        var settings = new Figure2Settings { Steps = 80, FirstRates = [1, 2, 4, 8] };
        // The best rate is 16; above it diverges.
        var result = RateSearch.Run(settings, (rate, steps) => Run([]) with { Validation = rate > 16 ? null : 0.5 + rate / 100 });
        Assert.Equal(16, result.Rate);
        Assert.False(result.AtEdge);
        Assert.Equal([(1, 20), (2, 20), (4, 20), (8, 20), (16, 20), (32, 20), (16, 40), (8, 40)], result.Trials.Select(trial => ((int)trial.Rate, (int)trial.Steps)));
        Assert.Equal(200, result.Steps);
        Assert.Equal(160, RateSearch.ExpectedSteps(settings));
    }

    [Theory]
    [InlineData(0.5, 0.6, 0.59, false)]
    [InlineData(0.5, 0.6, 0.6, false)]
    [InlineData(0.5, 0.6, 0.61, true)]
    public void A_run_still_improves_if_its_best_lies_in_its_last_fifth(double early, double middle, double late, bool expected)
    {
        var run = Run([(20, early), (80, middle), (81, late), (100, 0)]);
        Assert.Equal(expected, run.StillImproves);
        var report = Report(run, Run([(20, 0.7)]) with { Recipe = "BN-x5" });
        Assert.Equal(expected, report.Table()[0].Contains("best within 100 steps, here"));
        Assert.Equal(expected, report.Notes().Any(note => note.Contains("not its best", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_table_has_the_paper_beside_here()
    {
        var baseline = Run([(20, 0.5), (60, 0.625), (100, 0.62)]) with { Test = 0.61 };
        var normalized = Run([(20, 0.63), (100, 0.7)]) with { Recipe = "BN-x5", Rate = 0.05f, Test = 0.69 };
        var table = Report(baseline, normalized).Table();
        Assert.Equal(["Inception", "0.01", "31.0 M", "60", "1.0", "1.0", "72.2 %", "62.5 %", "61.0 %"], table[1]);
        Assert.Equal(["BN-x5", "0.05", "2.1 M", "20", "14.8", "3.0", "73.0 %", "70.0 %", "69.0 %"], table[2]);
        var files = Report(baseline, normalized).Write(folder);
        Assert.Equal(["figure2.svg", "figure3.md", "curves.csv", "results.json"], files);
        Assert.Contains("| BN-x5 | 0.05 | 2.1 M | 20 |", File.ReadAllText(Path.Combine(folder, "figure3.md")), StringComparison.Ordinal);
        Assert.StartsWith("recipe,step,validationAccuracy,testAccuracy,seed\nInception,20,0.5,0.4,1\n", File.ReadAllText(Path.Combine(folder, "curves.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_seeds_the_median_counts_and_one_that_does_not_get_there_counts_as_late()
    {
        Assert.Equal(2, Figure2Report.Median([3, 1, 2]));
        Assert.Equal(3, Figure2Report.Median([3, null, 1]));
        Assert.Null(Figure2Report.Median([3, null, null]));
        Assert.Null(Figure2Report.Median([]));
    }

    private static Figure2Report Report(params RecipeRun[] runs) => new(
        Settings with { Steps = 100, Recipes = [Recipes.Inception, Recipes.BnX5] }, Data, new(new(0.01f, [new(0.01f, 25, 0.5)], false), [.. runs], []), "batchwise reproduce inception");

    private static RecipeRun Run((long Step, double Accuracy)[] curve) => new()
    {
        Spec = "",
        Recipe = "Inception",
        Rate = 0.01f,
        Seed = 1,
        Budget = 100,
        Steps = 100,
        Machine = "",
        Validation = 0.5,
        Points = [.. curve.Select(point => new RecipePoint(point.Step, point.Accuracy, point.Accuracy - 0.1))],
    };

    private static Figure2Data Create()
    {
        var (train, test) = GeneratedShapes.Load(1, 60, 20);
        return new Figure2Data(train, test);
    }

    [Fact]
    public void Every_class_keeps_an_image_to_train_on()
    {
        // Twenty classes of one image each, and one of twenty.
        Dataset Of(params int[] labels) => Dataset.FromBytes(
            [.. Enumerable.Range(0, labels.Length * 12).Select(i => (byte)(i * 7))], labels, new Shape(2, 2, 3), 40);
        var train = Of([.. Enumerable.Range(0, 40).Select(i => Math.Min(i, 20))]);
        var data = new Figure2Data(train, train);
        Assert.Equal((36, 4), (data.TrainCount, data.ValidationCount));
        Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(20, data.Validation.Label(i)));
        var trained = data.FirstTraining(40);
        Assert.Equal(Enumerable.Range(0, 21), Enumerable.Range(0, 36).Select(trained.Label).Distinct().Order());
        Assert.Contains("one training image of each class", Assert.Throws<ArgumentException>(() => new Figure2Data(Of([.. Enumerable.Range(0, 40)]), train)).Message, StringComparison.Ordinal);
    }

    private static List<float> All(IExamples examples)
    {
        var values = new List<float>();
        var input = new float[examples.Shape.Size];
        for (var i = 0; i < examples.Count; i++)
        {
            examples.CopyInput(i, input);
            values.Add(input[0]);
        }
        return values;
    }

    private sealed class Ender(Action<LabProgress> see) : IProgress<LabProgress>
    {
        public void Report(LabProgress value) => see(value);
    }
}
