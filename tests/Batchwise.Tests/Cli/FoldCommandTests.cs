using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Cli;

/// <summary><c>batchwise fold</c>: what it writes and what it says.</summary>
public sealed class FoldCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("batchwise-").FullName;

    private string ModelFile => Path.Combine(folder, "model.safetensors");

    private string Folded => Path.Combine(folder, "folded.safetensors");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task It_folds_a_model_and_says_what_went_where_and_what_stayed()
    {
        var model = Save(Network.Input(28, 28, 1).Convolution(4, 3, stride: 4, bias: false).BatchNormalization().Relu()
            .BatchNormalization().Convolution(3, 3).GlobalAveragePool().Dense(10));
        var (code, output, error) = await Tool.Run("fold", ModelFile, "-o", Folded);
        Assert.True(code == 0, error);
        Assert.Matches("(?m)^batchNorm1 +convolution1 +an affine map behind a convolution or dense layer", output);
        Assert.Matches("(?m)^batchNorm2 +- +before it, 'relu1' .relu. is no layer that could take it; behind it, 'convolution2' pads with zeros", output);
        Assert.Contains("1 of 2 folded; layers removed: batchNorm1.", output, StringComparison.Ordinal);
        Assert.Matches("(?m)^Outputs differ by at most .* over 16 random inputs", output);
        Assert.EndsWith($"Saved to {Folded}.", output.TrimEnd(), StringComparison.Ordinal);
        var folded = Model.Load(Folded);
        Assert.Equal(model.Fold().Network.ToString(), folded.Network.ToString());
        Assert.Equal(model.ClassNames, folded.ClassNames);
        Same(model, folded);
    }

    [Fact]
    public async Task Outputs_are_compared_on_images_where_these_are_given()
    {
        Save(Network.Input(28, 28, 1).Flatten().Dense(8).BatchNormalization().Sigmoid().Dense(10));
        Assert.Contains("over 30 examples", await Output("fold", ModelFile, "--out", Folded, "--data", Tool.Idx(folder, 30)),
            StringComparison.Ordinal);
        foreach (var labels in Directory.GetFiles(folder, "*-labels-*"))
            File.Delete(labels);
        Assert.Contains("examples; the largest is", await Output("fold", ModelFile, "--out", Folded, "--data", Path.Combine(folder, "t10k-images-idx3-ubyte")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Either_kind_of_statistics_is_taken()
    {
        var model = Save(Network.Input(9).Dense(8).BatchNormalization());
        await Output("fold", ModelFile, "-o", Folded, "--statistics", "moving");
        Assert.Equal(model.Fold(StatisticsSource.Moving).State.Parameter("dense1.bias").ToArray(),
            Model.Load(Folded).State.Parameter("dense1.bias").ToArray());
        await Output("fold", ModelFile, "-o", Folded, "--statistics", "population");
        Assert.Equal(model.Fold(StatisticsSource.Population).State.Parameter("dense1.bias").ToArray(),
            Model.Load(Folded).State.Parameter("dense1.bias").ToArray());

        new Model(RandomState.Of(model.Network, population: false)).Save(ModelFile);
        File.Delete(Folded);
        var (code, _, error) = await Tool.Run("fold", ModelFile, "-o", Folded, "--statistics", "population");
        Assert.Equal(1, code);
        Assert.StartsWith("batchwise: Layer 'batchNorm1' has no population statistics yet",
            Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.False(File.Exists(Folded));
    }

    [Fact]
    public async Task A_model_may_be_folded_in_its_own_file()
    {
        var model = Save(Network.Input(9).Dense(8).BatchNormalization());
        await Output("fold", ModelFile, "-o", ModelFile);
        Same(model, Model.Load(ModelFile));
        Assert.Contains("There was no normalization to fold.", await Output("fold", ModelFile, "-o", ModelFile),
            StringComparison.Ordinal);
    }

    private static async Task<string> Output(params string[] words)
    {
        var (code, output, error) = await Tool.Run(words);
        Assert.True(code == 0, error);
        return output;
    }

    private static void Same(Model one, Model other)
    {
        var x = PlanCheck.Random(one.Network.InputShape.Size, 3);
        PlanCheck.Close("predictions", PlanCheck.Doubles(other.Predict(x)), PlanCheck.Doubles(one.Predict(x)));
    }

    private Model Save(Network network)
    {
        var model = new Model(RandomState.Of(network))
        {
            ClassNames = [.. Enumerable.Range(0, network.OutputShape.Size).Select(i => $"class {i}")],
        };
        model.Save(ModelFile);
        return model;
    }
}
