using System.Globalization;
using System.Text.Json;
using Batchwise.Cli;
using Batchwise.Lab;

namespace Batchwise.Tests.Cli;

public sealed class CliTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("batchwise-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Help_names_every_command()
    {
        var (code, output, _) = await Run("--help");
        Assert.Equal(0, code);
        Assert.All(["batchwise", "reproduce", "train", "evaluate", "predict", "inspect", "doctor", "adapt", "fold", "export",
            "import", "data", "lab"], word => Assert.Contains(word, output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("evaluate no-such-file.safetensors", "no-such-file.safetensors")]
    [InlineData("reproduce mnist --data no-such-folder", "no-such-folder")]
    [InlineData("lab learning-rates --data no-such-folder", "no-such-folder")]
    [InlineData("lab learning-rates --model no-such-file.safetensors", "no-such-file.safetensors")]
    public async Task A_failure_is_one_sentence_and_exit_code_1(string words, string expected)
    {
        var (code, _, error) = await Run(words.Split(' '));
        Assert.Equal(1, code);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("train mnist-mlp")]
    [InlineData("train mnist-mlp --plain --batch-norm --save x")]
    [InlineData("reproduce mnist --steps many")]
    [InlineData("inspect x --plan backwards")]
    [InlineData("doctor")]
    [InlineData("doctor no-such-model-or-network")]
    [InlineData("doctor mnist-mlp --data x")]
    [InlineData("adapt model.safetensors")]
    [InlineData("lab")]
    [InlineData("lab nonsense")]
    [InlineData("lab learning-rates --quick --seeds 6")]
    public async Task A_misused_command_line_is_exit_code_2(string words)
    {
        var (code, _, error) = await Run(words.Split(' '));
        Assert.Equal(2, code);
        Assert.StartsWith("batchwise: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_is_trained_saved_evaluated_inspected_and_asked()
    {
        var data = SmallIdx();
        var model = Path.Combine(folder, "model.safetensors");
        var (code, trained, error) = await Run("train", "mnist-mlp", "--data", data, "--epochs", "3", "--save", model);
        Assert.True(code == 0, error);
        Assert.Contains("Saved to", trained, StringComparison.Ordinal);
        var (_, evaluated, _) = await Run("evaluate", model, "--data", data);
        Assert.Contains("population statistics", evaluated, StringComparison.Ordinal);
        Assert.Equal(Accuracy(trained), Accuracy(evaluated));
        var (_, inspected, _) = await Run("inspect", model);
        Assert.Contains("batchNorm3", inspected, StringComparison.Ordinal);
        Assert.Contains("100,010", inspected, StringComparison.Ordinal);
        Assert.Contains("mean shift", inspected, StringComparison.Ordinal);
        var (_, plan, _) = await Run("inspect", model, "--plan", "training", "--batch", "32");
        Assert.Contains("Training plan for up to 32 samples", plan, StringComparison.Ordinal);
        Assert.EndsWith($"Kernels: {Machine.InstructionSet}, on {Machine.Cpu}.", plan.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(2, (await Run("inspect", model, "--plan", "inference", "--batch", "0")).Code);
        var (_, predicted, _) = await Run("predict", model, "--data", data, "--index", "3");
        Assert.Contains("is labelled", predicted, StringComparison.Ordinal);
        Assert.Equal(1, (await Run("predict", model, "--data", data, "--index", "100000")).Code);
    }

    [Fact]
    public async Task A_trained_model_and_its_run_are_examined()
    {
        var (data, model, run) = (SmallIdx(), Path.Combine(folder, "model.safetensors"), Path.Combine(folder, "runs", "1"));
        Assert.Equal(0, (await Run("train", "mnist-mlp", "--data", data, "--epochs", "30", "--save", model, "--run", run)).Code);
        var log = RunLog.Load(run);
        Assert.Equal(("mnist-mlp", 60, 300L, "constant"), (log.Network, log.BatchSize, log.Steps, log.Optimizer.Schedule));
        Assert.Equal(100, log.Reports.Length);
        var (code, output, error) = await Run("doctor", model, "--data", data, "--run", run);
        Assert.True(code == 0, output + error);
        Assert.Contains("Not examined because the network lacks a ReLU, Clip or HardSwish layer: dead-channels.", output,
            StringComparison.Ordinal);
        Assert.Contains("Healthy: 14 of 15 checks found nothing.", output, StringComparison.Ordinal);

        var ill = Model.Load(model);
        ill.State.Statistic("batchNorm2.populationMean").Fill(50);
        ill.Save(model);
        (code, output, _) = await Run("doctor", model, "--data", data);
        Assert.Equal(1, code);
        Assert.Contains("ILLNESS  inference-gap  batchNorm2", output, StringComparison.Ordinal);
        Assert.Contains("Not examined for lack of the run's log", output, StringComparison.Ordinal);
        (code, output, _) = await Run("doctor", "mnist-mlp-plain", "--run", run);
        Assert.Equal(0, code);
        Assert.Contains("Healthy: 1 of 15 checks found nothing.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_diverges_leaves_its_log()
    {
        var run = Path.Combine(folder, "run");
        var (code, _, error) = await Run("train", "mnist-mlp", "--plain", "--data", SmallIdx(), "--lr", "1e38", "--save", Path.Combine(folder, "m"), "--run", run);
        Assert.Equal(1, code);
        Assert.Contains("Training stopped", error, StringComparison.Ordinal);
        Assert.Contains("No model was saved: try a smaller --lr", error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder, "m")));
        Assert.NotNull(RunLog.Load(run).Divergence);
        Assert.Equal(1, (await Run("doctor", "mnist-mlp-plain", "--run", run)).Code);
    }

    [Fact]
    public async Task A_model_is_adapted_to_paler_images()
    {
        var (data, model, adapted) = (SmallIdx(), Path.Combine(folder, "model.safetensors"), Path.Combine(folder, "adapted.safetensors"));
        Assert.Equal(0, (await Run("train", "mnist-mlp", "--data", data, "--epochs", "20", "--save", model)).Code);
        SmallIdx(pixel => 0.4f + 0.3f * pixel);
        var (code, output, error) = await Run("adapt", model, "--data", data, "--save", adapted);
        Assert.True(code == 0, error);
        var (before, after) = (Accuracy(output[..output.IndexOf("After", StringComparison.Ordinal)]), Accuracy(output));
        Assert.True(string.CompareOrdinal(after, before) > 0, output);
        Assert.Equal(after, Accuracy((await Run("evaluate", adapted, "--data", data)).Output));
        Assert.Equal(before, Accuracy((await Run("adapt", model, "--data", data, "--pseudo-count", "Infinity")).Output));

        Model.Load(model).Fold().Save(adapted);
        (code, _, error) = await Run("adapt", adapted, "--data", data);
        Assert.Equal(1, code);
        Assert.Contains("from before", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Figure_1_writes_its_files_and_repeats_itself()
    {
        var (first, second) = (Reproduce("a"), Reproduce("b"));
        foreach (var file in new[] { "figure1a.svg", "figure1b.svg", "figure1c.svg", "curves.csv", "results.json" })
            Assert.True(File.Exists(Path.Combine(folder, "a", file)), file);
        Assert.Equal(File.ReadAllText(Path.Combine(folder, "a", "curves.csv")), File.ReadAllText(Path.Combine(folder, "b", "curves.csv")));
        Assert.StartsWith("Trains two networks, one without and one with batch normalization, for 300 steps each, and draws Figure 1. 50,000 steps each take about ", first, StringComparison.Ordinal);
        Assert.Contains("Not MNIST", first, StringComparison.Ordinal);
        Assert.Contains("chosen here: rate 0.5", second, StringComparison.Ordinal);

        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "a", "results.json")));
        var root = json.RootElement;
        Assert.Equal("figure-1", root.GetProperty("experiment").GetString());
        Assert.Equal("generated digits", root.GetProperty("dataset").GetProperty("name").GetString());
        Assert.All(["version", "command", "seed", "steps", "choices", "stepRatio"], name => Assert.True(root.TryGetProperty(name, out _), name));
        Assert.All(["cpu", "isa", "threads", "sdk"], name => Assert.True(root.GetProperty("machine").TryGetProperty(name, out _), name));
        Assert.Equal(["plain", "batch-norm"], root.GetProperty("variants").EnumerateArray().Select(variant => variant.GetProperty("name").GetString()));
        foreach (var variant in root.GetProperty("variants").EnumerateArray())
        {
            Assert.All(["finalTestAccuracy", "validationAccuracy", "maxTestAccuracyOverCurve", "stepsToPlainFinal", "microsecondsPerStep"],
                name => Assert.True(variant.TryGetProperty(name, out _), name));
            Assert.Equal(3, variant.GetProperty("curve").GetArrayLength());
        }
    }

    [Fact]
    public void Figure_1_goes_on_where_it_was_interrupted()
    {
        Reproduce("a");
        var target = Path.Combine(folder, "b");
        using var source = new CancellationTokenSource();
        var output = new Ending("batch-norm", source);
        Assert.Equal(130, ReproduceMnist.Run(Settings, Data, study: false, target, "test", new Terminal(output, output), source.Token));
        Assert.Contains("the same command goes on from there", output.ToString(), StringComparison.Ordinal);
        var plain = Directory.GetFiles(Path.Combine(target, "runs"), "*.json").Select(File.ReadAllText).Single(text => text.Contains("figure 1, plain", StringComparison.Ordinal));

        Reproduce("b");
        Assert.Equal(File.ReadAllText(Path.Combine(folder, "a", "curves.csv")), File.ReadAllText(Path.Combine(target, "curves.csv")));
        // What was finished was not run again: its time is the one that was kept.
        Assert.Contains(plain, Directory.GetFiles(Path.Combine(target, "runs"), "*.json").Select(File.ReadAllText));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(target, "runs")).Length);
    }

    [Fact]
    public void A_run_that_is_interrupted_before_it_begins_writes_nothing()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var output = new StringWriter();
        var code = ReproduceMnist.Run(Settings, Data, study: false, Path.Combine(folder, "c"), "test", new Terminal(output, output), source.Token);
        Assert.Equal(130, code);
        Assert.Contains("Interrupted", output.ToString(), StringComparison.Ordinal);

        // There is nothing yet.
        Assert.Contains("nothing was written", output.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(folder, "c")));
    }

    [Fact]
    public async Task A_lab_runs_is_resumed_and_tries_a_model_of_one_s_own()
    {
        var data = SmallIdx();
        var results = Path.Combine(folder, "lab");
        string[] words = ["lab", "factorization", "--quick", "--steps", "8", "--data", data, "--out", results];
        var (code, output, error) = await Run(words);
        Assert.True(code == 0, error);
        Assert.Contains("Nothing is concluded", output, StringComparison.Ordinal);
        Assert.EndsWith("then --data data/mnist.", output.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal($"batchwise {string.Join(' ', words)}", ResultFiles.Read(Path.Combine(results, "factorization.json")).Command);
        Assert.Contains(" 0 of them now", (await Run(words)).Output, StringComparison.Ordinal);

        var model = Path.Combine(folder, "own.safetensors");
        await Run("train", "mnist-mlp", "--data", data, "--epochs", "1", "--save", model);
        var (own, tried, wrong) = await Run([.. words, "--model", model]);
        Assert.True(own == 0, wrong);
        Assert.Contains("Taken out of the model's network: batchNorm1, batchNorm2, batchNorm3.", tried, StringComparison.Ordinal);

        // What a longer run left stays, but tables and figures that a later one does not have.
        var whole = ResultFiles.Read(Path.Combine(results, "factorization.json")) with { Quick = false, Seeds = [2, 3, 4, 5, 6] };
        ResultFiles.Write(whole, results);
        Assert.Contains("over 5 seeds, which a quick look would replace", (await Run(words)).Error, StringComparison.Ordinal);
        var figure = Path.Combine(results, $"factorization-{whole.Figures[0].Name}.svg");
        Assert.True(File.Exists(figure));
        ResultFiles.Write(whole with { Figures = whole.Figures.RemoveAt(0) }, results);
        Assert.False(File.Exists(figure));
        Assert.Equal(whole.Figures.Length - 1 + whole.Tables.Length, Directory.GetFiles(results, "factorization-*").Length);

        // A file where the folder should be.
        var (refused, _, sentence) = await Run([.. words[..^1], model]);
        Assert.Equal(1, refused);
        Assert.Single(sentence.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_lab_puts_its_questions_to_maps_its_own_or_those_of_a_model()
    {
        var data = SmallIdx();
        string[] Words(string name) => ["lab", name, "--quick", "--steps", "4", "--data", data, "--out", Path.Combine(folder, "lab")];
        var (code, _, error) = await Run(Words("convolutional-factorization"));
        Assert.True(code == 0, error);
        Assert.Contains("28x28x1, convolution 5x5/4 to 8", ResultFiles.Read(Path.Combine(folder, "lab", "convolutional-factorization.json")).Protocol, StringComparison.Ordinal);

        // A convolutional model serves either, one without maps only the question that takes any network.
        var maps = Path.Combine(folder, "maps.safetensors");
        new Model(NetworkState.Create(Network.Input(28, 28, 1).Convolution(4, 5, stride: 4).Relu().GlobalAveragePool().Dense(10).WithBatchNormalization(), 1)).Save(maps);
        foreach (var name in new[] { "factorization", "convolutional-factorization" })
        {
            var (own, tried, wrong) = await Run([.. Words(name), "--model", maps]);
            Assert.True(own == 0, wrong);
            Assert.Contains("Taken out of the model's network: batchNorm1.", tried, StringComparison.Ordinal);
            Assert.Contains("28x28x1, convolution 5x5/4 to 4, average", ResultFiles.Read(Path.Combine(folder, "lab", $"{name}.json")).Protocol, StringComparison.Ordinal);
        }
        var dense = Path.Combine(folder, "dense.safetensors");
        new Model(NetworkState.Create(Network.Input(28, 28, 1).Flatten().Dense(5).Relu().Dense(10), 1)).Save(dense);
        var (none, output, _) = await Run([.. Words("convolutional-factorization"), "--model", dense]);
        Assert.Equal(0, none);
        Assert.Contains("Not run: all networks. The network 784-5-10 (relu) has no map before a nonlinearity: lab factorization puts the question to it", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mine.json", "[1]")]
    [InlineData("learning-rates.json", "{\"name\": \"learning-rates\", \"title\": null}")]
    public async Task A_lab_refuses_a_file_that_is_none_of_its_own_before_it_runs(string file, string text)
    {
        var results = Directory.CreateDirectory(Path.Combine(folder, "lab")).FullName;
        File.WriteAllText(Path.Combine(results, file), text);
        foreach (var name in new[] { "learning-rates", "all" })
        {
            var (code, _, error) = await Run("lab", name, "--steps", "4", "--data", SmallIdx(), "--out", results);
            Assert.Equal(1, code);
            Assert.StartsWith($"batchwise: '{Path.Combine(results, file)}' holds no result of an experiment (", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
            Assert.Equal([Path.Combine(results, file)], Directory.GetFileSystemEntries(results));
        }
    }

    [Fact]
    public void An_interrupted_lab_says_what_is_kept()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var output = new StringWriter();
        var (train, test) = GeneratedDigits.Load(1, 120, 20);
        var code = LabCommand.Run([ExperimentList.Find("learning-rates")!], new LabSettings { Quick = true, Batch = 10 }, LabData.Of(train, test), null,
            Path.Combine(folder, "d"), new Terminal(output, output), source.Token);
        Assert.Equal(130, code);
        Assert.Contains("the same command goes on from them", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_small_study_chooses_on_validation_and_compares_fresh_seeds()
    {
        var study = new Study(Settings with { Steps = 60 }, Data, seeds: 1, null, null, TestContext.Current.CancellationToken).Run();
        Assert.Equal(study.Cells.Where(cell => cell.Variant == "plain").Max(cell => cell.ValidationAccuracy), study.BestPlain.ValidationAccuracy);
        Assert.Equal([Study.SameRate, Study.OwnBest], study.Pairs.Select(pair => pair.Comparison));
        Assert.All(study.Pairs, pair => Assert.NotEqual(Settings.Seed, pair.Seed));
        Assert.Equal(study.BestPlain.Rate, study.Pairs[0].BatchNorm.Settings.Rate);
    }

    private static readonly Figure1Settings Settings = new() { Steps = 300, Threads = 1 };

    private static Figure1Data Data { get; } = Create();

    private static Figure1Data Create()
    {
        var (train, test) = GeneratedDigits.Load(1, 1200, 200);
        return new Figure1Data(train, test);
    }

    private string Reproduce(string name)
    {
        var output = new StringWriter();
        Assert.Equal(0, ReproduceMnist.Run(Settings, Data, study: false, Path.Combine(folder, name), "test", new Terminal(output, output), TestContext.Current.CancellationToken));
        return output.ToString();
    }

    /// <summary>Output that ends a command when a line begins with a word.</summary>
    private sealed class Ending(string word, CancellationTokenSource source) : StringWriter(CultureInfo.InvariantCulture)
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.StartsWith(word, StringComparison.Ordinal) == true)
                source.Cancel();
        }
    }

    private static string Accuracy(string text) => text[(text.LastIndexOf("ccuracy ", StringComparison.Ordinal) + 8)..][..6];

    /// <summary>IDX files with MNIST's names, of generated digits.</summary>
    private string SmallIdx(Func<float, float>? change = null)
    {
        var (train, test) = GeneratedDigits.Load(1, 600, 100);
        foreach (var (data, name) in new[] { (train, "train"), (test, "t10k") })
        {
            var pixels = new float[784];
            var images = new List<byte> { 0, 0, 8, 3, 0, 0, (byte)(data.Count >> 8), (byte)data.Count, 0, 0, 0, 28, 0, 0, 0, 28 };
            var labels = new List<byte> { 0, 0, 8, 1, 0, 0, (byte)(data.Count >> 8), (byte)data.Count };
            for (var i = 0; i < data.Count; i++)
            {
                data.CopyInput(i, pixels);
                images.AddRange(pixels.Select(pixel => (byte)MathF.Round((change?.Invoke(pixel) ?? pixel) * 255)));
                labels.Add((byte)data.Label(i));
            }
            File.WriteAllBytes(Path.Combine(folder, $"{name}-images-idx3-ubyte"), [.. images]);
            File.WriteAllBytes(Path.Combine(folder, $"{name}-labels-idx1-ubyte"), [.. labels]);
        }
        return folder;
    }

    private static async Task<(int Code, string Output, string Error)> Run(params string[] words)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await Program.Run(words, new Terminal(output, error), TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
