using Batchwise.Onnx;
using Batchwise.Tests.Execution;
using Google.Protobuf;

namespace Batchwise.Tests.Onnx;

/// <summary>Models that were exported come back as they were; graphs as other frameworks write them compute what ONNX Runtime computes.</summary>
public sealed class OnnxImportTests : IDisposable
{
    private const int Count = 3;
    private const double Bound = 1e-4;

    private const string OpenSize = "a convolution of open size";

    private readonly string folder = Directory.CreateTempSubdirectory("batchwise-onnx").FullName;

    public static TheoryData<string> Names => [.. OnnxCases.All.Keys];

    public static TheoryData<string> NamedNetworksByName => [.. NamedNetworks.Names];

    public static TheoryData<string> Graphs => [.. GraphsOfOthers.All.Keys.Where(name => name != OpenSize)];

    private string Path => System.IO.Path.Combine(folder, "model.onnx");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void What_was_exported_comes_back(string name)
    {
        foreach (var options in new OnnxExportOptions[] { new(), new() { Folded = false, Opset = 21 }, new() { ChannelsFirst = true }, new() { ExternalData = true } })
            ComesBack(OnnxCases.All[name], options);
    }

    [Theory]
    [MemberData(nameof(NamedNetworksByName))]
    public void So_does_every_named_network(string name)
    {
        var network = NamedNetworks.Create(name);
        ComesBack(network, new() { Folded = false });
        // Dropout is not exported.
        Assert.Equal(network.Nodes.Count(node => node.Layer is not Dropout), OnnxImport.Load(Path).Network.Nodes.Length);
    }

    [Fact]
    public void Classes_preprocessing_and_meaning_come_back()
    {
        var network = Network.Input(4, 4, 2).Convolution(3, 3).BatchNormalization().Relu().Flatten().Dense(5);
        var model = new Model(RandomState.Of(network)) { ClassNames = ["a", "b", "c", "d", "e"], Preprocessing = new() { ChannelMeans = [0.1f, 0.2f], ChannelScales = [2, 3] } };
        var x = PlanCheck.Random(network.InputShape.Size, 4);
        foreach (var options in new OnnxExportOptions[] { new(), new() { Probabilities = true }, new() { Preprocessing = true }, new() { Preprocessing = true, Probabilities = true, ChannelsFirst = true } })
        {
            OnnxExport.Save(model, Path, options);
            var back = OnnxImport.Load(Path);
            Assert.Equal(OutputMeaning.ClassLogits, back.Meaning);
            Assert.Equal(model.ClassNames, back.ClassNames);
            Assert.Equal(options.Preprocessing ? Preprocessing.None : model.Preprocessing, back.Preprocessing);
            Close(model.Predict(x), back.Predict(x));
        }
    }

    [Fact]
    public void Statistics_come_back_as_moving_averages_and_training_goes_on()
    {
        var network = Network.Input(6).Dense(20, bias: false).BatchNormalization().Relu().Dense(3);
        var state = RandomState.Of(network);
        OnnxExport.Save(new Model(state), Path, new() { Folded = false });
        var back = OnnxImport.Load(Path);
        var mean = state.Statistic("batchNorm1.populationMean");
        for (var c = 0; c < mean.Length; c++)
            Assert.Equal((float)mean[c], back.State.Statistic("batchNorm1.movingMean")[c]);
        using var trainer = Trainer.From(back.State, new Sgd(0.1f));
        var random = PlanCheck.Random(60 * 6, 5);
        trainer.Fit(new Dataset(random, [.. Enumerable.Range(0, 60).Select(i => random[i * 6] > 0 ? 1 : random[i * 6 + 1] > 0 ? 2 : 0)], new Shape(6), 3), 20, 200);
        Assert.True(trainer.ToModel().Evaluate(new Dataset(random, [.. Enumerable.Range(0, 60).Select(i => random[i * 6] > 0 ? 1 : random[i * 6 + 1] > 0 ? 2 : 0)], new Shape(6), 3)).Accuracy > 0.9);
    }

    [Theory]
    [MemberData(nameof(Graphs))]
    public void Graphs_of_other_frameworks_compute_what_ONNX_Runtime_computes(string name)
    {
        var proto = GraphsOfOthers.All[name]();
        File.WriteAllBytes(Path, proto.ToByteArray());
        var model = OnnxImport.Read(proto, folder, new(), out var reader);
        var size = model.Network.InputShape.Size;
        var x = PlanCheck.Random(Count * size, 4);
        var expected = Runtime.Run(Path, x, Count);
        var places = reader.InputView!.Places();
        var outputs = reader.OutputView!.Places();
        var actual = new float[expected.Length];
        for (var sample = 0; sample < Count; sample++)
        {
            var y = model.Predict([.. places.Select(place => x[sample * size + place])]);
            for (var i = 0; i < y.Length; i++)
                actual[sample * y.Length + outputs[i]] = y[i];
        }
        Close(expected, actual);
    }

    [Fact]
    public void A_multiplication_and_an_addition_are_one_dense_layer()
    {
        var model = OnnxImport.Read(GraphsOfOthers.All["a product, then a sum with a constant"](), null, new());
        Assert.Equal(["input", "dense", "relu"], model.Network.Nodes.Select(node => node.Layer.Kind));
    }

    [Fact]
    public void A_map_whose_height_and_width_are_exchanged_is_refused()
    {
        var message = Assert.Throws<InvalidDataException>(() => OnnxImport.Read(GraphsOfOthers.Turned(), null, new())).Message;
        Assert.Contains("'Conv' node 'conv3'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_weight_of_a_new_batch_comes_back()
    {
        var network = Network.Input(4).Dense(3).Then(new BatchNormalization { NewBatchWeight = 0.25 });
        OnnxExport.Save(new Model(RandomState.Of(network), OutputMeaning.Values), Path, new() { Folded = false });
        var layer = Assert.Single(OnnxImport.Load(Path).Network.Nodes.Select(node => node.Layer).OfType<BatchNormalization>());
        Assert.Equal(0.25, layer.NewBatchWeight, tolerance: 1e-7);
    }

    [Fact]
    public void An_open_size_is_asked_for()
    {
        var proto = GraphsOfOthers.All[OpenSize]();
        Assert.Contains("InputShape", Assert.Throws<InvalidDataException>(() => OnnxImport.Read(proto, null, new())).Message, StringComparison.Ordinal);
        Assert.Equal(new Shape(5, 6, 2), OnnxImport.Read(proto, null, new() { InputShape = new Shape(5, 6, 2) }).Network.InputShape);
    }

    private void ComesBack(Network network, OnnxExportOptions options)
    {
        var model = new Model(RandomState.Of(network), OutputMeaning.Values);
        // Before operator set 20 a Gelu is written out, which is not read back as one.
        OnnxExport.Save(model, Path, network.Nodes.Any(node => node.Layer is Gelu) ? options with { Opset = 20 } : options);
        var back = OnnxImport.Load(Path);
        Assert.Equal(network.InputShape, back.Network.InputShape);
        Assert.Equal(network.OutputShape, back.Network.OutputShape);
        Assert.Equal(OutputMeaning.Values, back.Meaning);
        var x = PlanCheck.Random(network.InputShape.Size, 4);
        Close(model.Predict(x), back.Predict(x));
    }

    private static void Close(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = Math.Max(1, expected.Max(Math.Abs));
        var difference = expected.Zip(actual, (a, b) => Math.Abs((double)a - b)).Max();
        Assert.True(difference <= Bound * scale, $"the largest difference is {difference}, at a scale of {scale}");
    }
}
