using System.Collections.Immutable;
using Batchwise.Cli;
using Batchwise.Tests.Images;

namespace Batchwise.Tests.Cli;

/// <summary>Where a model meets class folders they are matched by name, and what has one class is not trained on.</summary>
public sealed class ClassesTests : IDisposable
{
    private static readonly Dictionary<string, (byte Red, byte Green, byte Blue)> Colours = new()
    {
        ["red"] = (200, 20, 20),
        ["green"] = (20, 200, 20),
        ["blue"] = (20, 20, 200),
        ["zebra"] = (20, 20, 200),
    };

    private readonly ImageFiles files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public async Task Folders_are_matched_to_a_model_s_classes_by_name()
    {
        // By number, blue and red would be the model's red and green.
        var (model, photos) = (ColourModel(), Photos("blue", "red"));
        Assert.Contains("Accuracy 1.0000", await Output("evaluate", model, "--data", photos), StringComparison.Ordinal);
        Assert.Contains("is labelled blue.", await Output("predict", model, "--data", photos, "--index", "0"), StringComparison.Ordinal);
        Assert.Contains("is labelled red.", await Output("predict", model, "--data", photos, "--index", "2"), StringComparison.Ordinal);
        var adapted = await Output("adapt", model, "--data", photos);
        Assert.Contains("4 + 4 images of 2 classes", adapted, StringComparison.Ordinal);
        Assert.Contains("Before: accuracy 1.0000", adapted, StringComparison.Ordinal);
        Assert.Contains("4 + 4 images of 2 classes", (await Run("doctor", model, "--data", photos)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_class_can_be_scored()
    {
        var output = await Output("evaluate", ColourModel(), "--data", Photos("green"));
        Assert.Contains("2 + 2 images of 1 class, ", output, StringComparison.Ordinal);
        Assert.Contains("Accuracy 1.0000", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folders_of_fewer_classes_are_not_scored_by_a_model_without_names()
    {
        var model = ColourModel([]);
        var (code, output, error) = await Run("evaluate", model, "--data", Photos("blue", "green"));
        Assert.Equal(1, code);
        Assert.DoesNotContain("Accuracy", output, StringComparison.Ordinal);
        Assert.Contains("The examples have 2 classes, the network 3 outputs, and only names could tell which outputs are meant", error, StringComparison.Ordinal);
        // The model's classes are numbers, the image's is that of its folder.
        Assert.Contains("is labelled green.", await Output("predict", model, "--data", Photos("blue", "green"), "--index", "2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task IDX_files_that_lack_the_last_class_are_scored_by_their_numbers()
    {
        foreach (var name in (string[])["train", "t10k"])
        {
            files.Write($"{name}-images-idx3-ubyte", [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 10, 200]);
            files.Write($"{name}-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 2, 0, 1]);
        }
        var state = NetworkState.Create(Network.Input(1, 1, 1).Flatten().Dense(3), 1);
        float[] weights = [0, 2, -9];
        weights.CopyTo(state.Parameter("dense1.weight"));
        state.Parameter("dense1.bias")[0] = 1;
        var path = Path.Combine(files.Root, "model.safetensors");
        new Model(state).Save(path);
        Assert.Contains("Accuracy 1.0000", await Output("evaluate", path, "--data", files.Root), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_single_yes_or_no_output_is_shown_as_its_two_classes()
    {
        var state = NetworkState.Create(Network.Input(8, 8, 3).GlobalAveragePool().Dense(1), 1);
        state.Parameter("dense1.weight").Clear();
        state.Parameter("dense1.bias")[0] = 2;
        var path = Path.Combine(files.Root, "model.safetensors");
        new Model(state, OutputMeaning.BinaryLogits) { ClassNames = ["blue", "red"] }.Save(path);
        var output = await Output("predict", path, "--data", Photos("red"));
        Assert.Matches(@"red\s*\|\s*0\.8808", output);
        Assert.Matches(@"blue\s*\|\s*0\.1192", output);
        Assert.Contains("is labelled red.", output, StringComparison.Ordinal);
        Assert.Contains("Accuracy 1.0000", await Output("evaluate", path, "--data", Photos("red")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evaluate")]
    [InlineData("predict")]
    [InlineData("adapt")]
    [InlineData("doctor")]
    public async Task A_class_that_the_model_does_not_know_is_named(string command)
    {
        var (code, _, error) = await Run(command, ColourModel(), "--data", Photos("red", "zebra"));
        Assert.Equal((1, "batchwise: test/zebra/0.png in photos is of the class zebra, which is none of those known (red, green, blue): rename the class's folders, or remove them."),
            (code, error.TrimEnd()));
    }

    [Fact]
    public async Task Generated_shapes_are_not_shown_to_a_model_of_other_classes()
    {
        var path = Path.Combine(files.Root, "shapes.safetensors");
        var state = NetworkState.Create(Network.Input(32, 32, 3).GlobalAveragePool().Dense(10), 1);
        new Model(state) { ClassNames = [.. Enumerable.Range(0, 10).Select(i => $"{i}")] }.Save(path);
        var (code, _, error) = await Run("evaluate", path);
        Assert.Equal(1, code);
        Assert.Contains("The generated shapes are of the classes disc, ring, ", error, StringComparison.Ordinal);
        new Model(state) { ClassNames = GeneratedShapes.ClassNames }.Save(path);
        Assert.Contains("over 2,000 test images", await Output("evaluate", path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train resnet-20 --save x")]
    [InlineData("train inception-small --size 16 --save x")]
    [InlineData("reproduce inception --out x")]
    public async Task Images_of_one_class_are_not_trained_on(string words) =>
        await RefusesOneClass("images (photos), 2 of them", [.. words.Replace("x", Target, StringComparison.Ordinal).Split(' '), "--data", Photos("red")]);

    [Theory]
    [InlineData("train mnist-mlp --save x")]
    [InlineData("reproduce mnist --quick --out x")]
    [InlineData("lab dropout --quick --out x")]
    public async Task IDX_files_of_one_class_are_not_trained_on(string words)
    {
        foreach (var name in (string[])["train", "t10k"])
        {
            files.Write($"{name}-images-idx3-ubyte", [0, 0, 8, 3, 0, 0, 0, 70, 0, 0, 0, 28, 0, 0, 0, 28, .. new byte[70 * 28 * 28]]);
            files.Write($"{name}-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 70, .. Enumerable.Repeat((byte)3, 70)]);
        }
        await RefusesOneClass($"IDX data ({Path.GetFileName(files.Root)}), 70 of them", [.. words.Replace("x", Target, StringComparison.Ordinal).Split(' '), "--data", files.Root]);
    }

    private string Target => Path.Combine(files.Root, "target");

    private async Task RefusesOneClass(string data, string[] words)
    {
        var (code, _, error) = await Run(words);
        Assert.Equal((1, $"batchwise: The training images of {data}, are all of one class, and a network learns to tell classes apart: give images of two or more."),
            (code, error.TrimEnd()));
        Assert.False(Path.Exists(Target));
    }

    /// <summary>Two training and two test images of each class.</summary>
    private string Photos(params string[] classes) => files.Folder("photos",
    [
        .. from name in classes
           from set in (string[])["train", "test"]
           from i in Enumerable.Range(0, 2)
           select ($"{set}/{name}/{i}.png", ImageBytes.Png(8, 8, (byte)(Colours[name].Red + i), Colours[name].Green, Colours[name].Blue)),
    ]);

    /// <summary>A model of 8 x 8 pixels whose outputs red, green and blue are how much there is of each.</summary>
    private string ColourModel() => ColourModel(["red", "green", "blue"]);

    private string ColourModel(ImmutableArray<string> names)
    {
        var state = NetworkState.Create(Network.Input(8, 8, 3).GlobalAveragePool().BatchNormalization().Dense(3), 1);
        var weights = state.Parameter("dense1.weight");
        for (var i = 0; i < weights.Length; i++)
            weights[i] = i % 4 == 0 ? 1 : 0;
        var path = Path.Combine(files.Root, "model.safetensors");
        new Model(state) { ClassNames = names }.Save(path);
        return path;
    }

    private static async Task<string> Output(params string[] words)
    {
        var (code, output, error) = await Run(words);
        Assert.True(code == 0, error);
        return output;
    }

    private static async Task<(int Code, string Output, string Error)> Run(params string[] words)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await Program.Run(words, new Terminal(output, error), TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
