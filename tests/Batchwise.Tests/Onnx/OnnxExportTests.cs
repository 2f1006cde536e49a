using Batchwise.Onnx;
using Batchwise.Tests.Execution;
using Batchwise.Tests.Networks;

namespace Batchwise.Tests.Onnx;

/// <summary>ONNX Runtime computes of an exported model what the model computes.</summary>
public sealed class OnnxExportTests : IDisposable
{
    private const int Count = 3;

    // The target for logits at unit scale; what is larger is judged by its own size.
    private const double Bound = 1e-4;

    private readonly string folder = Directory.CreateTempSubdirectory("batchwise-onnx").FullName;

    public static TheoryData<string> Names => [.. OnnxCases.All.Keys];

    public static TheoryData<string> NamedNetworksByName => [.. NamedNetworks.Names];

    public static TheoryData<string, int> Groups => new() { { "layer: group normalization of maps", 17 }, { "layer: group normalization of maps", 21 }, { "layer: group normalization of vectors", 21 }, { "layer: group normalization in one group", 23 } };

    private string File => Path.Combine(folder, "model.onnx");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_layer_computes_the_same_in_ONNX_Runtime(string name)
    {
        foreach (var folded in new[] { true, false })
        {
            Agree(OnnxCases.All[name], new() { Folded = folded });
            Agree(OnnxCases.All[name], new() { Folded = folded, ChannelsFirst = true });
        }
    }

    [Theory]
    [MemberData(nameof(NamedNetworksByName))]
    public void So_does_every_named_network(string name)
    {
        var network = NamedNetworks.Create(name);
        Agree(network, new());
        Agree(network, new() { Folded = false, Opset = OnnxExportOptions.LargestOpset });
    }

    [Theory]
    [MemberData(nameof(Groups))]
    public void Group_normalization_is_one_operator_from_operator_set_21_on(string name, int opset)
    {
        var report = Agree(OnnxCases.All[name], new() { Opset = opset });
        Assert.Equal(opset >= 21, report.Operators.ContainsKey("GroupNormalization"));
        Assert.Equal(opset, report.Opset);
    }

    [Fact]
    public void Batch_normalization_is_folded_unless_it_is_to_stay()
    {
        var network = Network.Input(4, 4, 2).Convolution(3, 3, bias: false).BatchNormalization().Relu().GlobalAveragePool().Dense(5);
        Assert.DoesNotContain("BatchNormalization", Agree(network, new()).Operators.Keys);
        Assert.Equal(1, Agree(network, new() { Folded = false }).Operators["BatchNormalization"]);
    }

    [Fact]
    public void A_convolutional_network_is_transposed_at_its_input_alone()
    {
        var network = Network.Input(6, 5, 2).Convolution(3, 3).Relu().MaxPool(2, 2).Flatten().Dropout(0.1).Dense(4);
        Assert.Equal(1, Agree(network, new()).Operators["Transpose"]);
        Assert.DoesNotContain("Transpose", Agree(network, new() { ChannelsFirst = true }).Operators.Keys);
    }

    [Fact]
    public void The_moving_statistics_are_used_where_they_are_asked_for()
    {
        var network = Network.Input(5).BatchNormalization().Dense(3);
        var model = new Model(RandomState.Of(network), OutputMeaning.Values);
        var x = Input(network, Count);
        OnnxExport.Save(model, File, new() { Statistics = StatisticsSource.Moving });
        Close(Predict(new Model(Folding.Fold(model.State, StatisticsSource.Moving), OutputMeaning.Values), x), Runtime.Run(File, x, Count));
        Assert.True(Difference(Predict(model, x), Runtime.Run(File, x, Count)) > 0.01);
    }

    [Fact]
    public void Preprocessing_and_probabilities_can_be_part_of_the_graph()
    {
        var network = Network.Input(4, 4, 2).Convolution(3, 3).Relu().Flatten().Dense(5);
        foreach (var preprocessing in new[] { new Preprocessing(0.3f, 2, 0.1f), new Preprocessing { ChannelMeans = [0.1f, -0.2f], ChannelScales = [2, 0.5f] }, Preprocessing.None })
        {
            foreach (var channelsFirst in new[] { false, true })
            {
                var model = new Model(RandomState.Of(network)) { Preprocessing = preprocessing, ClassNames = ["a", "b", "c", "d", "e"] };
                OnnxExport.Save(model, File, new() { Preprocessing = true, Probabilities = true, ChannelsFirst = channelsFirst });
                var x = Input(network, Count);
                var fed = channelsFirst ? ChannelsFirst(x, network.InputShape) : x;
                Close(Predict(model, x), Runtime.Run(File, fed, Count));
            }
        }
    }

    [Fact]
    public void Binary_answers_become_probabilities()
    {
        var model = new Model(RandomState.Of(Network.Input(5).Dense(2)), OutputMeaning.BinaryLogits);
        OnnxExport.Save(model, File, new() { Probabilities = true });
        var x = Input(model.Network, Count);
        Close(Predict(model, x), Runtime.Run(File, x, Count));
    }

    [Fact]
    public void The_metadata_hold_classes_preprocessing_and_what_the_outputs_mean()
    {
        var model = new Model(RandomState.Of(Network.Input(3).Dense(2))) { ClassNames = ["cat", "dog"], Preprocessing = new(0.5f, 2) };
        OnnxExport.Save(model, File);
        var metadata = Runtime.Metadata(File);
        Assert.Equal("Batchwise", metadata.ProducerName);
        Assert.Equal("cat\ndog", metadata.CustomMetadataMap["batchwise.classes"]);
        Assert.Equal("mean=0.5 scale=2 threshold=none", metadata.CustomMetadataMap["batchwise.preprocessing"]);
        Assert.Equal("ClassLogits", metadata.CustomMetadataMap["batchwise.output"]);
    }

    [Fact]
    public void Weights_can_lie_in_a_file_of_their_own()
    {
        var network = Network.Input(6, 6, 3).Convolution(4, 3).Relu().Flatten().Dense(50).Dense(3);
        var inline = Agree(network, new());
        var apart = Agree(network, new() { ExternalData = true });
        Assert.Equal([File, File + ".data"], apart.Files.Select(file => file.Path));
        Assert.Equal(inline.Weights, apart.Weights);
        Assert.True(apart.Files[0].Bytes < inline.Files[0].Bytes / 4);
        Assert.True(apart.Files[1].Bytes >= apart.Weights * sizeof(float));
    }

    [Fact]
    public void A_batch_can_be_fixed()
    {
        Agree(Network.Input(5).Dense(3), new() { Batch = Count });
        Assert.ThrowsAny<Exception>(() => Runtime.Run(File, Input(Network.Input(5), 1), 1));
    }

    [Fact]
    public void What_ONNX_cannot_say_is_refused_by_name()
    {
        var model = new Model(RandomState.Of(Network.Input(3).Then(new Swish(), "mine").Dense(2)));
        var message = Assert.Throws<NotSupportedException>(() => OnnxExport.Save(model, File)).Message;
        Assert.Contains("'mine' of kind 'swish'", message, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
        Assert.Throws<ArgumentOutOfRangeException>(() => OnnxExport.Save(model, File, new() { Opset = 16 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => OnnxExport.Save(model, File, new() { Batch = 0 }));
    }

    [Fact]
    public void Population_statistics_that_are_unknown_are_refused_where_they_are_asked_for()
    {
        var model = new Model(NetworkState.Create(Network.Input(3).BatchNormalization().Dense(2), 1));
        foreach (var folded in new[] { true, false })
            Assert.Contains("population", Assert.Throws<InvalidOperationException>(() => OnnxExport.Save(model, File, new() { Folded = folded, Statistics = StatisticsSource.Population })).Message, StringComparison.OrdinalIgnoreCase);
    }

    private OnnxExportReport Agree(Network network, OnnxExportOptions options)
    {
        var model = new Model(RandomState.Of(network), OutputMeaning.Values);
        var report = OnnxExport.Save(model, File, options);
        var x = Input(network, Count);
        var expected = Predict(model, x);
        var isMap = network.OutputShape.Rank == 3;
        var fed = options.ChannelsFirst && network.InputShape.Rank == 3 ? ChannelsFirst(x, network.InputShape) : x;
        Close(options.ChannelsFirst && isMap ? ChannelsFirst(expected, network.OutputShape) : expected, Runtime.Run(File, fed, Count));
        return report;
    }

    private static float[] Input(Network network, int count) => PlanCheck.Random(count * network.InputShape.Size, 4);

    private static float[] Predict(Model model, float[] x)
    {
        var size = model.Network.InputShape.Size;
        return [.. Enumerable.Range(0, x.Length / size).SelectMany(sample => model.Predict(x.AsSpan(sample * size, size)))];
    }

    private static float[] ChannelsFirst(float[] values, Shape map) =>
        [.. Enumerable.Range(0, values.Length / map.Size).SelectMany(sample => WeightLayout.ChannelsFirst(values.AsSpan(sample * map.Size, map.Size), map))];

    private static void Close(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = Math.Max(1, expected.Max(Math.Abs));
        Assert.True(Difference(expected, actual) <= Bound * scale, $"the largest difference is {Difference(expected, actual)}, at a scale of {scale}");
    }

    private static double Difference(float[] left, float[] right) => left.Zip(right, (a, b) => Math.Abs((double)a - b)).Max();
}
