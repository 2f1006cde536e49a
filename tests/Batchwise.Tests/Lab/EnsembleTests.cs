using System.Text.Json;
using Batchwise.Cli;
using Batchwise.Lab;

namespace Batchwise.Tests.Lab;

/// <summary>The ensemble of section 4.2.3 in the replica, of tiny networks.</summary>
public sealed class EnsembleTests : IDisposable
{
    private const int Seeds = 2;
    private static readonly Figure2Settings Settings = new()
    {
        Steps = 6,
        Width = 0.01,
        Batch = 8,
        ShardSize = 16,
        PopulationBatches = 2,
        Threads = 1,
        Seeds = Seeds,
        Recipes = [Recipes.Inception],
        Ensemble = [.. new[] { 0, 2, 3 }.Select(i => Recipes.Ensemble[i])],
    };

    private readonly string folder = Directory.CreateTempSubdirectory("batchwise-ensemble-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static Figure2Data Data { get; } = Create();

    [Fact]
    public void Its_accuracy_is_that_of_the_mean_of_the_probabilities_of_networks_trained_by_hand()
    {
        var result = Study(folder).Run();
        Assert.Equal(Seeds, result.Ensembles.Length);
        Assert.Equal(Seeds, result.Runs.Length);
        for (var i = 0; i < Seeds; i++)
        {
            var (seed, ensemble) = (Settings.Seed + (ulong)i, result.Ensembles[i]);
            Assert.Equal(seed, ensemble.Seed);
            Assert.Equal(Settings.Ensemble.Select(recipe => recipe.Name), ensemble.Members.Select(run => run.Recipe));
            var said = Settings.Ensemble.Select(recipe => ByHand(recipe, result.Search.Rate, seed)).ToArray();
            foreach (var (own, run) in said.Zip(ensemble.Members))
            {
                var kept = new PredictionFiles(folder).Read(run);
                AssertSame(own.Validation, kept.Validation);
                AssertSame(own.Test, kept.Test);
                Assert.Equal((Accuracy(own.Validation, Data.Validation), Accuracy(own.Test, Data.Test)), (run.Validation!.Value, run.Test!.Value));
            }
            var mean = MemberPredictions.Mean([.. ensemble.Members.Select(new PredictionFiles(folder).Read)]);
            AssertSame(Mean([.. said.Select(one => one.Validation)]), mean.Validation);
            AssertSame(Mean([.. said.Select(one => one.Test)]), mean.Test);
            Assert.Equal(Accuracy(Mean([.. said.Select(one => one.Validation)]), Data.Validation), ensemble.Ensemble!.Validation);
            Assert.Equal(Accuracy(Mean([.. said.Select(one => one.Test)]), Data.Test), ensemble.Ensemble.Test);
            Assert.Equal(ensemble.Members.Sum(run => run.Test!.Value) / 3, ensemble.MeanOfMembers!.Test, 1e-12);
        }
        // Else the networks would be one, and their mean no test.
        Assert.NotEqual(new PredictionFiles(folder).Read(result.Ensembles[0].Members[0]).Test, new PredictionFiles(folder).Read(result.Ensembles[0].Members[1]).Test);
        Assert.NotEqual(new PredictionFiles(folder).Read(result.Ensembles[0].Members[0]).Test, new PredictionFiles(folder).Read(result.Ensembles[1].Members[0]).Test);
    }

    [Fact]
    public void Where_what_its_networks_say_cannot_be_written_it_is_averaged_all_the_same()
    {
        var full = Directory.CreateDirectory(Path.Combine(folder, "full")).FullName;
        File.WriteAllText(Path.Combine(full, "runs"), "a file where the folder should be");
        var (kept, study) = (Study(folder).Run(), Study(full));
        Assert.Equal(kept.Ensembles.Select(ensemble => ensemble.Ensemble),
            study.Run().Ensembles.Select(ensemble => ensemble.Ensemble));
        Assert.Contains(study.Remarks, remark => remark.StartsWith("A finished run could not be kept", StringComparison.Ordinal));
    }

    [Fact]
    public void It_predicts_the_class_of_the_largest_mean_which_may_be_no_network_s_own()
    {
        var mean = MemberPredictions.Mean([new([0.6, 0.4, 0], [0.5, 0.5, 0]), new([0, 0.4, 0.6], [0.1, 0.6, 0.3])]);
        Assert.Equal([0.3, 0.4, 0.3], mean.Validation);
        Assert.Equal([0.3, 0.55, 0.15], mean.Test.Select(value => Math.Round(value, 12)));
        var images = Dataset.FromBytes(new byte[3], [1], new Shape(1, 1, 3), 3);
        Assert.Equal(1, ClassProbabilities.Accuracy(mean.Validation, images));
        Assert.Equal(0, ClassProbabilities.Accuracy([0.6, 0.4, 0], images));
    }

    [Fact]
    public void A_study_that_was_interrupted_among_its_networks_goes_on_to_the_same_ensembles()
    {
        var whole = Study(Path.Combine(folder, "a")).Run();
        using var source = new CancellationTokenSource();
        var ender = new Ender(progress =>
        {
            if (progress is { What: "ensemble-3 (2)", Step: 3 })
                source.Cancel();
        });
        var other = Path.Combine(folder, "b");
        Assert.Throws<OperationCanceledException>(() => Study(other, ender, source.Token).Run());
        Assert.Equal(4, Directory.GetFiles(Path.Combine(other, "runs"), "*-predictions.safetensors").Length);
        foreach (var _ in new[] { "resumed", "found finished" })
        {
            var again = Study(other).Run();
            Assert.Equal(whole.Ensembles.Select(ensemble => (ensemble.Seed, ensemble.Ensemble)), again.Ensembles.Select(ensemble => (ensemble.Seed, ensemble.Ensemble)));
            Assert.Equal(whole.Ensembles.SelectMany(ensemble => ensemble.Members).Select(run => run.Predictions), again.Ensembles.SelectMany(ensemble => ensemble.Members).Select(run => run.Predictions));
        }
        Assert.Equal(6, Directory.GetFiles(Path.Combine(other, "runs"), "*.safetensors").Length);
    }

    [Fact]
    public void Predictions_that_are_damaged_or_gone_are_named_and_trained_again_on_request()
    {
        var settings = Settings with { Seeds = 1, Steps = 2 };
        Figure2Result Run() => new Figure2Study(settings, Data, folder, cancellationToken: TestContext.Current.CancellationToken).Run();
        var first = Run();
        var file = Path.Combine(folder, "runs", RunStore.KeyOf(first.Ensembles[0].Members[1].Spec));
        var (predictions, record) = ($"{file}-predictions.safetensors", $"{file}.json");
        var bytes = File.ReadAllBytes(predictions);
        bytes[^1] ^= 1;
        File.WriteAllBytes(predictions, bytes);
        var expected = $"'{predictions}', which keeps the predictions of ensemble-3 (seed 1), {{0}}: put it back, or remove '{Path.GetFileName(record)}' beside it to train that network again.";
        Assert.Equal(expected.Replace("{0}", "is damaged", StringComparison.Ordinal), Assert.Throws<InvalidDataException>(Run).Message);
        File.Delete(predictions);
        Assert.Equal(expected.Replace("{0}", "is not there", StringComparison.Ordinal), Assert.Throws<InvalidDataException>(Run).Message);
        File.Delete(record);
        Assert.Equal(first.Ensembles[0].Ensemble, Run().Ensembles[0].Ensemble);
    }

    [Fact]
    public void A_seed_one_of_whose_networks_diverged_has_no_ensemble()
    {
        var settings = Settings with { Seeds = 1, Ensemble = [Recipes.Ensemble[0], Recipes.Ensemble[1] with { Name = "wild", BatchNormalized = false, LearningRateFactor = 1e30 }] };
        var result = new Figure2Study(settings, Data, folder, cancellationToken: TestContext.Current.CancellationToken).Run();
        Assert.Null(result.Ensembles[0].Ensemble);
        var wild = result.Ensembles[0].Members[1];
        Assert.NotNull(wild.Diverged);
        var report = new Figure2Report(settings, Data, result, "test").Figure4!;
        Assert.Equal([["wild", "-", "-", "-"], ["mean of these", "78.0 %", "-", "-"], ["ensemble", "79.9 %", "-", "-"]], report.Table().Skip(2));
        Assert.Contains($"wild (seed 1) diverged at step {wild.Steps}, so that seed has no ensemble.", report.Notes());
    }

    [Fact]
    public void The_command_shows_and_writes_it_with_the_paper_beside_here()
    {
        var output = new StringWriter();
        Assert.Equal(0, ReproduceInception.Run(Settings, Data, folder, "batchwise reproduce inception --full", new Terminal(output, output), TestContext.Current.CancellationToken));
        var ensembles = Study(folder).Run().Ensembles;
        Assert.Contains("Figure 4 on generated shapes", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("figure3.md, figure4.md, curves.csv, results.json", output.ToString(), StringComparison.Ordinal);

        var written = File.ReadAllText(Path.Combine(folder, "figure4.md"));
        Assert.StartsWith("| model | accuracy, paper | validation, seed 1 | validation, seed 2 | test, seed 1 | test, seed 2 |\n", written, StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant(
            $"| ensemble | 79.9 % | {ensembles[0].Ensemble!.Validation:0.0 %} | {ensembles[1].Ensemble!.Validation:0.0 %} | {ensembles[0].Ensemble!.Test:0.0 %} | {ensembles[1].Ensemble!.Test:0.0 %} |\n"), written, StringComparison.Ordinal);
        Assert.Contains(
            "top-1 errors on ImageNet's 50,000 validation images, 144 crops of each: 21.99 % of one BN-Inception, 20.1 % of the ensemble of 6 (top-5: 5.82 % and 4.9 %); with one crop, one network errs on 25.2 % (top-5: 7.82 %).",
            written, StringComparison.Ordinal);
        Assert.Contains("\nensemble-4,6,", File.ReadAllText(Path.Combine(folder, "curves.csv")), StringComparison.Ordinal);

        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "results.json")));
        var told = json.RootElement.GetProperty("ensembles");
        Assert.Equal(0.201, told.GetProperty("paper").GetProperty("ensembleTop1Error").GetDouble());
        foreach (var (seed, ensemble) in told.GetProperty("seeds").EnumerateArray().Zip(ensembles))
        {
            Assert.Equal(ensemble.Seed, seed.GetProperty("seed").GetUInt64());
            Assert.Equal(ensemble.Members.Select(run => run.Test), seed.GetProperty("members").EnumerateArray().Select(member => (double?)member.GetProperty("testAccuracy").GetDouble()));
            Assert.Equal(ensemble.MeanOfMembers!.Validation, seed.GetProperty("meanOfMembers").GetProperty("validationAccuracy").GetDouble());
            Assert.Equal(ensemble.Ensemble!.Test, seed.GetProperty("ensemble").GetProperty("testAccuracy").GetDouble());
        }
    }

    [Fact]
    public void An_ensemble_of_one_is_refused() =>
        Assert.Contains("at least two networks", Assert.Throws<ArgumentException>((Settings with { Ensemble = [Recipes.BnX30] }).Verify).Message, StringComparison.Ordinal);

    private static Figure2Study Study(string folder, IProgress<LabProgress>? progress = null, CancellationToken? cancellationToken = null) =>
        new(Settings, Data, folder, progress, cancellationToken ?? TestContext.Current.CancellationToken);

    /// <summary>What a recipe's network says after the same steps, without the study's code.</summary>
    private static (double[] Validation, double[] Test) ByHand(Recipe recipe, float rate, ulong seed)
    {
        var values = new RecipeBase(rate, Settings.Momentum, Settings.WeightDecay, Settings.Steps, Settings.DecayFactor);
        var network = recipe.NetworkOf(InceptionSmall.CreateBase(Data.Classes, Settings.Width, Data.Size));
        using var trainer = Trainer.From(
            recipe.StateOf(network, seed), recipe.OptimizerOf(values), seed, threads: 1, shuffling: Shuffling.Shards(Settings.ShardSize, within: recipe.ThoroughShuffling));
        trainer.Fit(Data.TrainingFor(recipe), Settings.Batch, Settings.Steps, cancellationToken: TestContext.Current.CancellationToken);
        trainer.EstimatePopulation(Data.FirstTraining(Settings.PopulationBatches * Settings.Batch), Settings.Batch);
        double[] Say(IExamples images) => [.. trainer.ToModel().Predict(images).Select(value => (double)value)];
        return (Say(Data.Validation), Say(Data.Test));
    }

    private static double[] Mean(double[][] members) => [.. Enumerable.Range(0, members[0].Length).Select(i => members.Average(member => member[i]))];

    private static double Accuracy(double[] probabilities, IExamples images) =>
        Enumerable.Range(0, images.Count).Average(i => probabilities.Skip(i * images.Classes).Take(images.Classes).Index().MaxBy(pair => pair.Item).Index == images.Label(i) ? 1.0 : 0);

    // Model.Predict gives probabilities in float32.
    private static void AssertSame(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-6);
    }

    private static Figure2Data Create()
    {
        var (train, test) = GeneratedShapes.Load(1, 100, 30);
        return new Figure2Data(train, test);
    }

    private sealed class Ender(Action<LabProgress> see) : IProgress<LabProgress>
    {
        public void Report(LabProgress value) => see(value);
    }
}
