using Batchwise.Images;
using Batchwise.Tests.Images;

namespace Batchwise.Tests.Cli;

/// <summary>A model for images that are no squares takes height and width each from its own place.</summary>
public sealed class OblongImageTests : IDisposable
{
    private readonly ImageFiles files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData(24, 36)]
    [InlineData(36, 24)]
    public async Task It_is_evaluated_asked_adapted_and_examined(int height, int width)
    {
        // Red lies in the outer thirds of the wider images, which the middle part leaves out, and blue in the middle.
        byte[] Image(bool blue, int high, int wide) => ImageBytes.Png(wide, high, (x, y) => x * 3 >= wide && x * 3 < 2 * wide ? ((byte)20, (byte)(blue ? 20 : 200), (byte)(blue ? 200 : 20)) : ((byte)200, (byte)0, (byte)0));
        var photos = files.Folder("photos", [.. from set in (string[])["train", "test"] from i in Enumerable.Range(0, 8)
                                                let factor = 1 + i / 2 % 2
                                                select ($"{set}/{(i % 2 == 0 ? "blue" : "green")}/{i}.png", Image(i % 2 == 0, factor * height, factor * 3 * width))]);
        var model = Path.Combine(files.Root, "model");
        var state = NetworkState.Create(Network.Input(height, width, 3).GlobalAveragePool().BatchNormalization().Dense(2), 1);
        new Model(state) { ClassNames = ["blue", "green"] }.Save(model);

        Assert.Contains($"[{height}, {width}, 3]", await Run("evaluate", model, "--data", photos), StringComparison.Ordinal);
        Assert.Contains("is labelled blue.", await Run("predict", model, "--data", photos, "--index", "0"), StringComparison.Ordinal);
        await Run("adapt", model, "--data", photos, "--save", model);
        await Run("doctor", model, "--data", photos);

        var sets = ImageFolder.Load(photos, new ImageFolderOptions { Height = height, Width = width });
        var pixels = new float[sets.Test.Shape.Size];
        for (var i = 0; i < sets.Test.Count; i++)
        {
            sets.Test.CopyInput(i, pixels);
            // Only what lies on the border of the middle is mixed with red.
            var middle = (height / 2 * width + width / 2) * 3;
            Assert.Equal(20 / 255f, pixels[middle]);
        }
    }

    [Fact]
    public async Task The_generated_shapes_are_refused_with_both_numbers()
    {
        var model = Path.Combine(files.Root, "model");
        new Model(NetworkState.Create(Network.Input(24, 32, 3).GlobalAveragePool().Dense(10), 1)).Save(model);
        var (code, _, error) = await Tool.Run("evaluate", model);
        Assert.Equal((1, "batchwise: The generated shapes are 32 x 32 pixels, not 24 x 32: give --data DIR|TAR with images in class folders."), (code, error.TrimEnd()));
    }

    [Fact]
    public void One_of_height_and_width_alone_is_refused()
    {
        Assert.Contains("give both, or Size", Assert.Throws<ArgumentException>(() => ImageFolder.Load(files.Folder("photos", ImageFiles.Small), new ImageFolderOptions { Height = 8 })).Message, StringComparison.Ordinal);
        Assert.Null(new ImageFolderOptions { Height = 8, Width = 9 }.Size);
        Assert.Equal((7, 7), (new ImageFolderOptions { Size = 7 }.Height, new ImageFolderOptions { Size = 7 }.Width));
    }

    private static async Task<string> Run(params string[] words)
    {
        var (code, output, error) = await Tool.Run(words);
        Assert.True(code == 0 || words[0] == "doctor", output + error);
        Assert.Equal("", error);
        return output;
    }
}
