using Batchwise.Cli;
using Batchwise.Tests.Images;

namespace Batchwise.Tests.Cli;

/// <summary>What the commands make of folders and archives of images, and what they say of them.</summary>
public sealed class ImageDataTests : IDisposable
{
    private static readonly byte[] Red = ImageBytes.Png(8, 8, 200, 20, 20), Green = ImageBytes.Png(8, 8, 20, 200, 20);

    private readonly ImageFiles files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public async Task Reading_that_takes_long_says_how_far_it_is_and_a_quick_one_does_not()
    {
        var photos = files.Folder("photos", [.. Enumerable.Range(0, 15)
            .SelectMany(i => new[] { ($"red/{i}.png", Red), ($"green/{i}.png", Green) })]);
        foreach (var words in (string[][])[["evaluate", ColourModel(), "--data", photos],
            ["adapt", ColourModel(), "--data", Path.Combine(photos, "red")]])
        {
            var (quick, slow) = (new StringWriter(), new StringWriter());
            await Program.Run(words, new Terminal(quick, quick, new ManualTime()), TestContext.Current.CancellationToken);
            await Program.Run(words, new Terminal(slow, slow, new HastyTime()), TestContext.Current.CancellationToken);
            Assert.DoesNotContain("reading", quick.ToString(), StringComparison.Ordinal);
            Assert.Matches(@"(?m)^reading +[0-9]+ of (15|30)\r?$", slow.ToString());
        }
    }

    [Fact]
    public async Task All_images_of_plain_class_folders_are_scored()
    {
        var photos = files.Folder("photos", [.. Enumerable.Range(0, 15).SelectMany(i => new[] { ($"red/{i}.png", Red), ($"green/{i}.png", Green) })]);
        var evaluated = await Output("evaluate", ColourModel(), "--data", photos);
        Assert.Contains("Data: images (photos), 30 images of 2 classes, [8, 8, 3].", evaluated, StringComparison.Ordinal);
        Assert.Contains("over 30 test images", evaluated, StringComparison.Ordinal);
        Assert.Contains("Image 29 of images (photos) is labelled red.", await Output("predict", ColourModel(), "--data", photos, "--index", "29"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{0}.png")]
    [InlineData("new/{0}.png")]
    public async Task A_model_is_adapted_to_images_without_labels(string pattern)
    {
        (string, byte[])[] images = [.. Enumerable.Range(0, 6).Select(i => (pattern.Replace("{0}", $"{i}", StringComparison.Ordinal), i < 3 ? Red : Green)), ("notes.txt", [1])];
        foreach (var data in (string[])[files.Folder("photos", images), files.Tar("photos.tar", images)])
        {
            var target = Path.Combine(files.Root, "adapted");
            var output = await Output("adapt", ColourModel(), "--data", data, "--save", target);
            Assert.Contains($"Data: images ({Path.GetFileName(data)}), 6 images without labels, [8, 8, 3].", output, StringComparison.Ordinal);
            Assert.Contains("Passed over: 1 .txt.", output, StringComparison.Ordinal);
            Assert.Contains("Adapted: statistics from 6 images, pseudo-count 0; not scored, since the images have no labels.", output, StringComparison.Ordinal);
            // The mean of 200 and 20, out of 255.
            Assert.Equal(110 / 255.0, Model.Load(target).State.Statistic("batchNorm1.populationMean")[0], 1e-6);
        }
    }

    [Fact]
    public async Task A_model_is_adapted_to_IDX_images_without_labels()
    {
        var model = Path.Combine(files.Root, "digits");
        new Model(NetworkState.Create(Network.Input(3, 2, 1).Flatten().Dense(4).BatchNormalization().Dense(10), 1)).Save(model);
        var folder = files.Folder("idx", ("train-images-idx3-ubyte", IdxBytes.Images(8)), ("t10k-labels-idx1-ubyte", IdxBytes.Labels(1, 2)));
        foreach (var data in (string[])[folder, Path.Combine(folder, "train-images-idx3-ubyte")])
        {
            var output = await Output("adapt", model, "--data", data);
            Assert.Contains("8 images without labels", output, StringComparison.Ordinal);
            Assert.Contains("Adapted: statistics from 8 images, pseudo-count 0; not scored", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_passed_over_or_turned_is_said_before_training()
    {
        var turned = ImageBytes.WithSegment(ImageBytes.Jpeg, 0xE1, [.. "Exif\0\0"u8, .. ImageBytes.Exif(6, little: true)]);
        var photos = files.Folder("photos",
        [
            .. from name in (string[])["red", "green"]
               from set in (string[])["train", "test"]
               from i in Enumerable.Range(0, 2)
               select ($"{set}/{name}/{i}.jpg", i == 0 ? ImageBytes.Jpeg : turned),
            ("train/red/2.webp", [1]), ("train/red/3.webp", [1]), ("train/red/4.tif", [1]),
        ]);
        var output = await Output("train", "resnet-20", "--data", photos, "--size", "9", "--epochs", "1", "--batch", "2", "--save", Path.Combine(files.Root, "m"));
        var lines = output.Split('\n').Select(line => line.TrimEnd()).ToList();
        var told = lines.IndexOf("Passed over: 2 .webp, 1 .tif. Only JPEG, PNG and BMP images are read, by the endings of their names.");
        Assert.Equal("4 of the images say that they are to be turned or mirrored (EXIF orientation); they are taken as they are stored.", lines[told + 1]);
        Assert.InRange(told, 0, lines.FindIndex(line => line.StartsWith("Test accuracy", StringComparison.Ordinal)) - 1);
        Assert.Single(lines, line => line.Contains("EXIF", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("train resnet-20 --epochs 1 --batch 2 --size 9 --save m")]
    [InlineData("evaluate model")]
    [InlineData("predict model")]
    [InlineData("adapt model")]
    [InlineData("doctor model")]
    [InlineData("reproduce inception --steps 1 --width 0.01 --out m")]
    public async Task The_remedy_for_images_of_too_many_pixels_is_there(string command)
    {
        var photos = files.Folder("photos", [.. from name in (string[])["red", "green"] from set in (string[])["train", "test"] select ($"{set}/{name}/1.png", name == "red" ? Red : Green)]);
        string[] words =
        [
            .. command.Replace("model", ColourModel(), StringComparison.Ordinal).Replace(" m", $" {Path.Combine(files.Root, "m")}", StringComparison.Ordinal).Split(' '), "--data", photos,
        ];
        var (code, _, error) = await Run([.. words, "--max-pixels", "63"]);
        Assert.Equal(1, code);
        Assert.Contains("has 8 x 8 pixels, more than the 63 allowed: shrink or remove it, or allow more (MaxPixels; on the command line --max-pixels).", error, StringComparison.Ordinal);
        Assert.DoesNotContain("pixels, more than", (await Run([.. words, "--max-pixels", "64"])).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_class_with_a_line_break_in_its_name_is_refused_before_training()
    {
        var tar = files.Tar("a.tar", [.. from name in (string[])["line\nbreak", "b"] from set in (string[])["train", "test"] from i in Enumerable.Range(0, 2) select ($"{set}/{name}/{i}.png", Red)]);
        var target = Path.Combine(files.Root, "m");
        var (code, output, error) = await Run("train", "resnet-20", "--data", tar, "--epochs", "1", "--batch", "2", "--save", target);
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("batchwise: train/line\\u000Abreak/0.png in a.tar has a line break or another control character in its name", error, StringComparison.Ordinal);
        Assert.False(File.Exists(target));
    }

    /// <summary>A model of 8 x 8 pixels whose outputs red, green and blue are how much there is of each.</summary>
    private string ColourModel()
    {
        var state = NetworkState.Create(Network.Input(8, 8, 3).BatchNormalization().GlobalAveragePool().Dense(3), 1);
        var weights = state.Parameter("dense1.weight");
        for (var i = 0; i < weights.Length; i++)
            weights[i] = i % 4 == 0 ? 1 : 0;
        var path = Path.Combine(files.Root, "model.safetensors");
        new Model(state) { ClassNames = ["red", "green", "blue"] }.Save(path);
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
