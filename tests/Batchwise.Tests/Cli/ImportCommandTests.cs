using Batchwise.Onnx;
using Batchwise.Onnx.Protocol;
using Batchwise.Tests.Execution;
using Google.Protobuf;

namespace Batchwise.Tests.Cli;

/// <summary><c>batchwise import</c>: ONNX models and state dictionaries become models.</summary>
public sealed class ImportCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("batchwise-").FullName;

    private string ModelFile => Path.Combine(folder, "model.safetensors");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task An_ONNX_model_becomes_a_model()
    {
        var model = new Model(RandomState.Of(Network.Input(6, 5, 2).Convolution(4, 3).BatchNormalization().Relu().Flatten()
            .Dense(3)))
        {
            ClassNames = ["a", "b", "c"],
        };
        OnnxExport.Save(model, In("net.onnx"), new() { Folded = false });
        var output = await Output("import", In("net.onnx"), "--save", ModelFile);
        Assert.Contains("it takes [6, 5, 2] and gives [3], ClassLogits. Its statistics count as moving averages", output,
            StringComparison.Ordinal);
        Assert.EndsWith($"Saved to {ModelFile}.", output.TrimEnd(), StringComparison.Ordinal);
        var read = Model.Load(ModelFile);
        Assert.Equal(model.ClassNames, read.ClassNames);
        Same(model, read);
    }

    [Fact]
    public async Task A_shape_that_an_ONNX_model_leaves_open_is_given()
    {
        OnnxExport.Save(new Model(RandomState.Of(Network.Input(6, 6, 3).Convolution(4, 3).Relu().GlobalAveragePool().Dense(2))),
            In("net.onnx"));
        var proto = ModelProto.Parser.ParseFrom(
            await File.ReadAllBytesAsync(In("net.onnx"), TestContext.Current.CancellationToken));
        foreach (var axis in new[] { 1, 2 })
            proto.Graph.Input[0].Type.TensorType.Shape.Dim[axis] = new() { DimParam = "size" };
        await File.WriteAllBytesAsync(In("open.onnx"), proto.ToByteArray(), TestContext.Current.CancellationToken);

        Assert.Contains("(--input-shape)", await Refusal(1, "import", In("open.onnx"), "--save", ModelFile),
            StringComparison.Ordinal);
        Assert.Contains("has 3 axes, and the shape [6, 6] that was given has 2",
            await Refusal(1, "import", In("open.onnx"), "--input-shape", "6x6", "--save", ModelFile), StringComparison.Ordinal);
        Assert.Contains("it takes [9, 8, 3]",
            await Output("import", In("open.onnx"), "--input-shape", "9x8x3", "--save", ModelFile), StringComparison.Ordinal);
        Assert.Equal(new Shape(9, 8, 3), Model.Load(ModelFile).Network.InputShape);
    }

    [Fact]
    public async Task A_state_dictionary_fills_a_network_by_name()
    {
        var model = new Model(RandomState.Of(NamedNetworks.Create("resnet-20"), population: false));
        StateDictionary.Save(In("weights.safetensors"), model.State);
        var output = await Output("import", In("weights.safetensors"), "--as", "resnet-20", "--save", ModelFile);
        Assert.Matches(@"\d+ tensors matched; nothing is left over\.", output);
        Assert.Contains("Its statistics count as moving averages", output, StringComparison.Ordinal);
        Same(model, Model.Load(ModelFile));
    }

    [Fact]
    public async Task Names_are_mapped_by_rules_and_a_model_s_network_can_be_filled()
    {
        var network = Network.Input(5).Dense(4).BatchNormalization().Relu().Dense(3);
        var model = new Model(RandomState.Of(network, population: false)) { ClassNames = ["a", "b", "c"] };
        await File.WriteAllTextAsync(In("rules.txt"), "# ours -> theirs\ndense1.* -> fc.*\nbatchNorm1.* -> norm.*\n",
            TestContext.Current.CancellationToken);
        StateDictionary.Save(In("weights.safetensors"), model.State,
            new() { Names = NameMapping.Parse("dense1.* -> fc.*\nbatchNorm1.* -> norm.*").Map });
        new Model(NetworkState.Create(network, 3)) { ClassNames = model.ClassNames }.Save(In("empty.safetensors"));

        var output = await Output("import", In("weights.safetensors"), "--as", In("empty.safetensors"), "--names",
            In("rules.txt"), "--save", ModelFile);
        Assert.Matches(@"batchNorm1\.gamma +\| norm\.weight", output);
        Assert.Matches(@"dense2\.bias +\| dense2\.bias", output);
        Assert.Contains("9 tensors matched; nothing is left over.", output, StringComparison.Ordinal);
        var read = Model.Load(ModelFile);
        Assert.Equal(model.ClassNames, read.ClassNames);
        Same(model, read);
    }

    [Fact]
    public async Task What_does_not_fit_is_refused_or_listed()
    {
        StateDictionary.Save(In("weights.safetensors"),
            RandomState.Of(Network.Input(5).Dense(4).Relu().Dense(3).Relu().Dense(2)));
        new Model(NetworkState.Create(Network.Input(5).Dense(4).BatchNormalization().Relu().Dense(7), 3))
            .Save(In("empty.safetensors"));
        string[] words = ["import", In("weights.safetensors"), "--as", In("empty.safetensors"), "--save", ModelFile];
        Assert.Matches("does not fit the network: 4 missing .*batchNorm1.weight.*; 2 left over .*; 2 of another shape",
            await Refusal(1, words));
        Assert.False(File.Exists(ModelFile));

        var output = await Output([.. words, "--partial"]);
        Assert.Contains("2 tensors matched.", output, StringComparison.Ordinal);
        Assert.Contains("Missing in the file, and left as they were: 4", output, StringComparison.Ordinal);
        Assert.Contains("  batchNorm1.running_var", output, StringComparison.Ordinal);
        Assert.Contains("Left over in the file: 2", output, StringComparison.Ordinal);
        Assert.Contains("  dense3.weight", output, StringComparison.Ordinal);
        Assert.Contains("  dense2.weight: [3, 4] in the file, [7, 4] in the network", output, StringComparison.Ordinal);
        Assert.True(File.Exists(ModelFile));
    }

    [Theory]
    [InlineData("net.pt", true)]
    [InlineData("net.pth", false)]
    [InlineData("net.safetensors", true)]
    public async Task A_pickle_is_refused_with_the_line_that_converts_it(string name, bool withNetwork)
    {
        await File.WriteAllBytesAsync(In(name), [0x50, 0x4B, 3, 4, .. new byte[100]], TestContext.Current.CancellationToken);
        var error = await Refusal(1, ["import", In(name), "--save", ModelFile, .. withNetwork ? new[] { "--as", "resnet-20" }
            : []]);
        Assert.Contains($"{In(name)} is a pickle, which holds code and is not read", error, StringComparison.Ordinal);
        Assert.Contains("s.save_file(torch.load('FILE.pt'", error, StringComparison.Ordinal);
        Assert.Equal([In(name)], Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public async Task Files_and_networks_that_are_not_there_and_damaged_ones_are_named()
    {
        StateDictionary.Save(In("weights.safetensors"), RandomState.Of(Network.Input(5).Dense(4)));
        await File.WriteAllTextAsync(In("rules.txt"), "dense1\n", TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(In("damaged.onnx"), [1, 2, 3], TestContext.Current.CancellationToken);
        var before = Directory.GetFileSystemEntries(folder).Order(StringComparer.Ordinal).ToArray();
        Assert.Contains($"There is no file '{In("none.onnx")}'.",
            await Refusal(1, "import", In("none.onnx"), "--save", ModelFile), StringComparison.Ordinal);
        Assert.Contains($"'{folder}' is a folder", await Refusal(1, "import", folder, "--as", "resnet-20", "--save", ModelFile),
            StringComparison.Ordinal);
        Assert.Contains($"{In("damaged.onnx")} cannot be read: it is no ONNX file",
            await Refusal(1, "import", In("damaged.onnx"), "--save", ModelFile), StringComparison.Ordinal);
        Assert.Contains("holds 2 tensors and no network: name the network they belong to with --as.",
            await Refusal(1, "import", In("weights.safetensors"), "--save", ModelFile), StringComparison.Ordinal);
        Assert.Contains("'resnet-21' is neither a file nor a network", await Refusal(1, "import", In("weights.safetensors"), "--as", "resnet-21", "--save", ModelFile), StringComparison.Ordinal);
        Assert.Contains($"There is no file '{In("no.txt")}'.", await Refusal(1, "import", In("weights.safetensors"), "--as", "resnet-20", "--names", In("no.txt"), "--save", ModelFile), StringComparison.Ordinal);
        Assert.Contains($"{In("rules.txt")} cannot be read: line 1 is no rule", await Refusal(1, "import", In("weights.safetensors"), "--as", "resnet-20", "--names", In("rules.txt"), "--save", ModelFile), StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFileSystemEntries(folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Options_of_the_other_kind_of_file_are_refused()
    {
        foreach (var option in new string[][] { ["--as", "resnet-20"], ["--names", "rules.txt"], ["--partial"] })
            Assert.Contains("--as, --names and --partial are for state dictionaries",
                await Refusal(2, ["import", "net.onnx", "--save", "m", .. option]), StringComparison.Ordinal);
        Assert.Contains("--input-shape is for ONNX models",
            await Refusal(2, "import", "w.safetensors", "--save", "m", "--input-shape", "5"), StringComparison.Ordinal);
    }

    private static async Task<string> Output(params string[] words)
    {
        var (code, output, error) = await Tool.Run(words);
        Assert.True(code == 0, error);
        return output;
    }

    private static async Task<string> Refusal(int expected, params string[] words)
    {
        var (code, _, error) = await Tool.Run(words);
        Assert.True(code == expected, error);
        return error.Split('\n')[0];
    }

    private static void Same(Model one, Model other)
    {
        var x = PlanCheck.Random(one.Network.InputShape.Size, 3);
        PlanCheck.Close("predictions", PlanCheck.Doubles(other.Predict(x)), PlanCheck.Doubles(one.Predict(x)));
    }

    private string In(string name) => Path.Combine(folder, name);
}
