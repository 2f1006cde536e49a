using System.Text.Json;
using Batchwise.Cli;
using Batchwise.Tests.Images;

namespace Batchwise.Tests.Cli;

public sealed class ReproduceInceptionTests : IDisposable
{
    private readonly ImageFiles files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public async Task A_tiny_replica_is_run_written_and_found_finished_the_next_time()
    {
        var target = Path.Combine(files.Root, "out");
        string[] words = ["reproduce", "inception", "--data", Photos(), "--width", "0.01", "--steps", "5", "--out", target];
        var (code, output, error) = await Run(words);
        Assert.True(code == 0, error);
        Assert.Contains("A scaled-down replica of Figures 2 and 3", output, StringComparison.Ordinal);
        Assert.Contains("of 2 classes, [16, 16, 3]", output, StringComparison.Ordinal);
        Assert.Contains("diverges", output, StringComparison.Ordinal);
        Assert.Contains("s left", output, StringComparison.Ordinal);
        foreach (var file in new[] { "figure2.svg", "figure3.md", "curves.csv", "results.json" })
            Assert.True(File.Exists(Path.Combine(target, file)), file);

        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(target, "results.json"), TestContext.Current.CancellationToken));
        var root = json.RootElement;
        Assert.Equal("figure-2", root.GetProperty("experiment").GetString());
        Assert.All(["dataset", "version", "command", "seed", "steps", "machine", "choices", "search"], name => Assert.True(root.TryGetProperty(name, out _), name));
        Assert.Equal($"batchwise {string.Join(' ', words)}", root.GetProperty("command").GetString());
        Assert.Equal(["Inception", "BN-Baseline", "BN-x5", "Inception-x5"], root.GetProperty("variants").EnumerateArray().Select(variant => variant.GetProperty("name").GetString()));
        Assert.All(root.GetProperty("variants").EnumerateArray(), variant => Assert.All(
            ["finalTestAccuracy", "validationAccuracy", "stepsToInceptionBest", "stepRatio", "microsecondsPerStep", "diverged", "curve"],
            name => Assert.True(variant.TryGetProperty(name, out _), name)));

        var first = await File.ReadAllTextAsync(Path.Combine(target, "curves.csv"), TestContext.Current.CancellationToken);
        var (again, repeated, _) = await Run(words);
        Assert.Equal(0, again);
        Assert.DoesNotContain("s left", repeated, StringComparison.Ordinal);
        Assert.Equal(first, await File.ReadAllTextAsync(Path.Combine(target, "curves.csv"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task In_full_every_recipe_of_Figure_3_and_an_ensemble_of_each_seed_is_run()
    {
        var target = Path.Combine(files.Root, "full");
        var (code, output, error) = await Run("reproduce", "inception", "--full", "--data", Photos(), "--width", "0.01", "--steps", "1", "--out", target);
        Assert.True(code == 0, error);
        Assert.Contains("And of Figure 4: 6 networks for an ensemble of each seed", output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(target, "results.json"), TestContext.Current.CancellationToken));
        Assert.Equal(6, json.RootElement.GetProperty("variants").GetArrayLength());
        var seeds = json.RootElement.GetProperty("ensembles").GetProperty("seeds").EnumerateArray().ToArray();
        Assert.Equal([1, 2, 3], seeds.Select(seed => seed.GetProperty("seed").GetInt32()));
        Assert.All(seeds, seed => Assert.Equal(Recipes.Ensemble.Select(recipe => recipe.Name), seed.GetProperty("members").EnumerateArray().Select(member => member.GetProperty("name").GetString())));
    }

    [Fact]
    public async Task A_network_is_trained_on_images_saved_and_scored_with_less_memory_and_the_same_bits()
    {
        var photos = Photos();
        var model = Path.Combine(files.Root, "model.safetensors");
        var (code, trained, error) = await Run("train", "resnet-20", "--data", photos, "--size", "16", "--epochs", "1", "--batch", "4", "--save", model);
        Assert.True(code == 0, error);
        Assert.Contains("Saved to", trained, StringComparison.Ordinal);
        var (_, evaluated, _) = await Run("evaluate", model, "--data", photos);
        Assert.Contains("population statistics", evaluated, StringComparison.Ordinal);
        var other = Path.Combine(files.Root, "again.safetensors");
        var (_, verbose, _) = await Run("train", "resnet-20", "--data", photos, "--size", "16", "--epochs", "1", "--batch", "4", "--memory", "low", "--verbose", "--save", other);
        Assert.Contains(" again", verbose, StringComparison.Ordinal);
        Assert.Contains(": a ", verbose, StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllBytesAsync(model, TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(other, TestContext.Current.CancellationToken));
        var (refused, _, why) = await Run("train", "bn-inception", "--save", other);
        Assert.Equal((1, "batchwise: The generated shapes are 32 x 32 pixels, not 224 x 224: give --data DIR|TAR with images in class folders."), (refused, why.TrimEnd()));
    }

    [Fact]
    public async Task Data_that_are_not_there_are_one_sentence_and_exit_code_1()
    {
        var (code, _, error) = await Run("reproduce", "inception", "--data", "no-such-folder");
        Assert.Equal(1, code);
        Assert.Contains("no-such-folder", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("--size 16 --batch 41", "--batch 41 needs as many training images, and there are 40: choose a smaller one.")]
    [InlineData("--size 16 --batch 4 --lr 1e30", "No model was saved: try a smaller --lr, or look at the data.")]
    public async Task A_training_on_images_that_fails_is_one_sentence_and_saves_nothing(string words, string expected)
    {
        var model = Path.Combine(files.Root, "model.safetensors");
        var (code, _, error) = await Run(["train", "inception-small", "--data", Photos(), "--epochs", "1", "--save", model, .. words.Split(' ')]);
        Assert.True(code == 1, error);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.False(File.Exists(model));
    }

    [Fact]
    public async Task A_network_is_inspected_and_examined_by_its_name()
    {
        var (code, output, error) = await Run("inspect", "bn-inception");
        Assert.True(code == 0, error);
        Assert.Contains("inception3a/3x3reduce/batchNorm", output, StringComparison.Ordinal);
        Assert.Contains("11,285,224", output, StringComparison.Ordinal);
        Assert.Contains("Training plan for up to 2 samples", (await Run("inspect", "resnet-20", "--plan", "training", "--batch", "2")).Output, StringComparison.Ordinal);
        Assert.Equal(1, (await Run("inspect", "bn-outception")).Code);
        foreach (var name in NamedNetworks.Names)
            Assert.Equal(0, (await Run("doctor", name)).Code);
    }

    /// <summary>Two classes of images of one colour each, 40 to train on and 4 to test.</summary>
    private string Photos() => files.Folder("photos",
    [
        .. Enumerable.Range(0, 40).Select(i => ($"train/{(i % 2 == 0 ? "red" : "blue")}/{i}.png", ImageBytes.Png(16, 16, (byte)(i % 2 * 250), 0, (byte)(250 - i % 2 * 200 - i)))),
        .. Enumerable.Range(0, 4).Select(i => ($"test/{(i % 2 == 0 ? "red" : "blue")}/{i}.png", ImageBytes.Png(16, 16, (byte)(i % 2 * 250), 9, (byte)(250 - i % 2 * 200)))),
    ]);

    private static async Task<(int Code, string Output, string Error)> Run(params string[] words)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await Program.Run(words, new Terminal(output, error), TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
