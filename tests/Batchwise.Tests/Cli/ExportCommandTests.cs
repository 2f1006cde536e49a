using Batchwise.Tests.Execution;
using Batchwise.Tests.Onnx;

namespace Batchwise.Tests.Cli;

/// <summary><c>batchwise export</c>: ONNX Runtime computes of what it writes what the model computes.</summary>
public sealed class ExportCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("batchwise-").FullName;

    private readonly Model model = new(RandomState.Of(Network.Input(6, 5, 4).Convolution(4, 3, bias: false).BatchNormalization()
        .Relu().Then(new GroupNormalization(2)).GlobalAveragePool().Dense(3)))
    {
        Preprocessing = new(0.5f, 2),
        ClassNames = ["a", "b", "c"],
    };

    private string ModelFile => Path.Combine(folder, "model.safetensors");

    private string Exported => Path.Combine(folder, "model.onnx");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task It_folds_a_model_writes_it_and_says_what_it_wrote()
    {
        var output = await Export();
        Assert.Contains(FormattableString.Invariant($"Saved to {Exported}: {new FileInfo(Exported).Length:N0} bytes."), output,
            StringComparison.Ordinal);
        Assert.Contains("Operator set 17, ", output, StringComparison.Ordinal);
        Assert.Contains("1 GlobalAveragePool", output, StringComparison.Ordinal);
        Assert.DoesNotContain("BatchNormalization", output, StringComparison.Ordinal);
        Assert.EndsWith("weights; it takes prepared inputs.", output.TrimEnd(), StringComparison.Ordinal);
        var x = Random();
        var prepared = (float[])x.Clone();
        model.Preprocessing.Apply(prepared);
        Agrees(new Model(model.State, OutputMeaning.Values).Predict(prepared), prepared);
    }

    [Fact]
    public async Task Every_option_reaches_the_file()
    {
        var output = await Export("--opset", "21", "--unfolded", "--external-data", "--preprocessing", "--probabilities",
            "--batch", "1", "--statistics", "moving");
        Assert.Contains($"Saved to {Exported}.data: ", output, StringComparison.Ordinal);
        Assert.Contains("Operator set 21, ", output, StringComparison.Ordinal);
        Assert.Contains("1 BatchNormalization", output, StringComparison.Ordinal);
        Assert.Contains("1 GroupNormalization", output, StringComparison.Ordinal);
        Assert.Contains("1 Softmax", output, StringComparison.Ordinal);
        Assert.EndsWith("it takes raw inputs.", output.TrimEnd(), StringComparison.Ordinal);
        var x = Random();
        Agrees(new Model(Folding.Fold(model.State, StatisticsSource.Moving)) { Preprocessing = model.Preprocessing }.Predict(x),
            x);
    }

    [Fact]
    public async Task Maps_can_come_channels_first()
    {
        Assert.Contains("Transpose", await Export(), StringComparison.Ordinal);
        Assert.DoesNotContain("Transpose", await Export("--channels-first"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_ONNX_lacks_is_one_sentence_and_leaves_no_file()
    {
        new Model(RandomState.Of(Network.Input(6, 5, 4).Convolution(4, 3))).Save(ModelFile);
        var (code, _, error) = await Tool.Run("export", ModelFile, "-o", Exported, "--probabilities");
        Assert.Equal(1, code);
        Assert.StartsWith("batchwise: Probabilities of classes are taken over a vector",
            Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Equal([ModelFile], Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public async Task A_file_for_the_weights_that_cannot_be_written_is_found_out_first()
    {
        model.Save(ModelFile);
        Directory.CreateDirectory(Exported + ".data");
        var (code, _, error) = await Tool.Run("export", ModelFile, "-o", Exported, "--external-data");
        Assert.Equal(1, code);
        Assert.Contains($"--out '{Exported}.data' is a folder", error, StringComparison.Ordinal);
        Assert.False(File.Exists(Exported));
    }

    private async Task<string> Export(params string[] options)
    {
        model.Save(ModelFile);
        var (code, output, error) = await Tool.Run(["export", ModelFile, "-o", Exported, .. options]);
        Assert.True(code == 0, error);
        return output;
    }

    private float[] Random() => PlanCheck.Random(model.Network.InputShape.Size, 5);

    private void Agrees(float[] expected, float[] x) =>
        PlanCheck.Close("ONNX Runtime", PlanCheck.Doubles(Runtime.Run(Exported, x, 1)), PlanCheck.Doubles(expected), bound: 1e-4);
}
