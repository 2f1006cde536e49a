using Batchwise.Images;
using Batchwise.Onnx;
using Batchwise.Tests.Execution;
using Batchwise.Tests.Images;

namespace Batchwise.Tests.Samples;

[Collection(Dotnet.Collection)]
public sealed class FineTuneSampleTests : IDisposable
{
    private readonly SamplePrograms samples = new();

    public void Dispose() => samples.Dispose();

    [Fact]
    public async Task A_network_from_an_ONNX_file_learns_new_classes_and_leaves_as_one()
    {
        string At(string name) => Path.Combine(samples.Folder.FullName, name);
        // Eleven classes that the new ones have nothing to do with, and batch normalization to fold.
        var network = Network.Input(12, 12, 3).Convolution(16, 3).BatchNormalization().Relu().MaxPool(2, 2).Convolution(16, 3)
            .Relu().GlobalAveragePool().Dense(11);
        OnnxExport.Save(new Model(RandomState.Of(network)), At("foreign.onnx"),
            new OnnxExportOptions { ChannelsFirst = true, Folded = false });
        using var files = new ImageFiles();
        var photos = files.Folder("photos", [.. Enumerable.Range(0, 40).SelectMany(i => new[]
        {
            ($"{(i < 30 ? "train" : "test")}/red/{i}.png", ImageBytes.Png(12, 12, (byte)(150 + 2 * i), (byte)i, 20)),
            ($"{(i < 30 ? "train" : "test")}/blue/{i}.png", ImageBytes.Png(12, 12, 20, (byte)i, (byte)(150 + 2 * i))),
        })]);
        var program = await samples.Build("fine-tune.cs");

        var (code, printed) = await samples.Run(program, At("foreign.onnx"), photos, At("colors.onnx"));
        Assert.True(code == 0, printed);
        Assert.Contains("60 pictures of 2 classes to learn from, 20 to test", printed, StringComparison.Ordinal);
        Assert.Contains("100.0", printed, StringComparison.Ordinal);
        var model = OnnxImport.Load(At("colors.onnx"));
        Assert.Equal(["blue", "red"], model.ClassNames);
        Assert.Equal(1, model.Evaluate(ImageFolder.Load(photos, new ImageFolderOptions { Size = 12 }).Test).Accuracy);

        (code, printed) = await samples.Run(program, photos, photos, At("more.onnx"));
        Assert.Equal(1, code);
        Assert.StartsWith("fine-tune: ", printed, StringComparison.Ordinal);
        Assert.Equal(1, printed.TrimEnd().AsSpan().Count('\n') + 1);
    }
}
