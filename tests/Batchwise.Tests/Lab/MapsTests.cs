using System.Collections.Immutable;
using Batchwise.Lab;

namespace Batchwise.Tests.Lab;

/// <summary>The lab's questions put to convolutional networks.</summary>
public sealed class MapsTests : IDisposable
{
    private readonly LabBench lab = new();

    public void Dispose() => lab.Dispose();

    [Fact]
    public void The_convolutional_network_has_three_sizes_of_maps_and_starts_as_He_et_al()
    {
        var network = ConvolutionalNetwork.Create(new Shape(28, 28, 1), 10);
        NetworkVerifier.Verify(network);
        Assert.Equal([new Shape(7, 7, 8), new Shape(4, 4, 16), new Shape(2, 2, 32)], NormalizedValues.Shapes(network));
        Assert.All(network.Nodes.Select(node => node.Layer).OfType<LinearLayer>(), layer => Assert.Equal(Initializer.He(), layer.Weights));
        Assert.Equal(8, NormalizedValues.Fewest(network, 2));
        Assert.Equal(2, NormalizedValues.Fewest(LabBench.Network, 2));
    }

    [Fact]
    public void All_methods_but_noise_can_be_put_into_its_maps_and_start_from_the_same_weights()
    {
        var network = ConvolutionalNetwork.Create(new Shape(28, 28, 1), 10);
        var plain = NetworkState.Create(network, 7);
        ImmutableArray<Arm> all = [.. Subject.Maps.Fit(Arms.All, 100)];
        Assert.Equal(Arms.All.Select(arm => arm.Name), all.Select(arm => arm.Name));
        Assert.Equal(["noisy-batch-norm"], all.Where(arm => arm.Refusal(network, 60) is not null).Select(arm => arm.Name));
        foreach (var arm in all.Where(arm => arm.Refusal(network, 60) is null))
        {
            var own = arm.Build(network, arm.Choice?.Values[0]);
            NetworkVerifier.Verify(own);
            var state = NetworkState.Create(own, 7);
            arm.Prepare?.Invoke(state, LabBench.Data.Train, 60);
            foreach (var layer in new[] { "convolution1", "convolution2", "convolution3", "dense1" })
                Assert.True(plain.Parameter($"{layer}.weight").SequenceEqual(state.Parameter(state.ParameterNames.Contains($"{layer}.v") ? $"{layer}.v" : $"{layer}.weight")), $"{arm.Name} {layer}");
        }
        Assert.All(Subject.Vectors.Fit(Arms.All, 100).Zip(Arms.All), pair => Assert.Same(pair.Second, pair.First));
    }

    [Fact]
    public void Renormalization_warms_up_in_the_same_part_of_a_run()
    {
        static BatchRenormalization Layer(Arm arm) => arm.Apply(LabBench.Convolutional).Nodes.Select(node => node.Layer).OfType<BatchRenormalization>().First();
        Assert.Equal(Layer(Arms.Renorm), Layer(MapArms.Renorm(10_000)));
        Assert.Equal((125, 625, 1_000), (Layer(MapArms.Renorm(2_500)).WarmUp, Layer(MapArms.Renorm(2_500)).DMaxAt, Layer(MapArms.Renorm(2_500)).RMaxAt));
    }

    [Fact]
    public void A_protocol_tells_the_network_that_was_trained()
    {
        Assert.Equal("The network 784-20-10 (sigmoid)", NetworkWords.Of(LabBench.Network));
        Assert.Equal("The network 28x28x1, convolution 5x5/4 to 8, convolution 3x3/2 to 16, convolution 3x3/2 to 32, average of each channel, dense to 10 (relu)",
            NetworkWords.Of(ConvolutionalNetwork.Create(new Shape(28, 28, 1), 10)));
        Assert.Equal("The network 8x8x1, convolution 3x1/1x2 to 4, maximum of 2x2/2, average of 2x2, dense to 3 (tanh)",
            NetworkWords.Of(Network.Input(8, 8, 1).Then(new Convolution(4, new Window(3, 1) { StrideX = 2, Padding = Padding.Same })).Tanh().MaxPool(2, 2).AveragePool(2, 1).Flatten().Dense(3)));
        Assert.Equal("The network of 21 convolutions and 1 dense layers from 32x32x3 to 10 (relu)", NetworkWords.Of(ResNet20.Create()));
    }

    [Fact]
    public void Each_size_is_told_with_its_values_per_channel_and_a_batch_of_one_is_no_reason_on_maps()
    {
        var result = new BatchSizes(Subject.Maps).Run(lab.Open(LabBench.Settings with { Quick = true, Steps = 2 }, network: LabBench.Convolutional));
        Assert.Contains("has shape [7, 7, 4] and [2, 2, 8]: a batch of 2 gives a channel 98 and 8 values, on vectors 2.", result.Protocol, StringComparison.Ordinal);
        Assert.Equal(["plain", "batch-norm", "batch-renorm", "ghost", "group-norm", "layer-norm", "instance-norm", "per-activation"],
            result.Tables.Single(table => table.Name == "best").Rows.Where(row => row[0] == "64").Select(row => row[1]));
        Assert.DoesNotContain(result.Refused, cell => cell.Cell is "batch-norm, batch 1" or "batch-renorm, batch 1");
        Assert.Contains("one value per activation", result.Refused.Single(cell => cell.Cell == "per-activation, batch 1").Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("learning-rates")]
    [InlineData("factorization")]
    [InlineData("batch-size")]
    public void A_question_about_maps_is_not_asked_of_a_network_without_them(string question)
    {
        var bench = lab.Open();
        var result = ExperimentList.Find($"convolutional-{question}")!.Run(bench);
        Assert.Equal((0, 0), (bench.Executed, result.Tables.Length));
        Assert.Equal(new RefusedCell("all networks",
            $"The network 784-20-10 (sigmoid) has no map before a nonlinearity: lab {question} puts the question to it, and without --model this experiment takes a convolutional network of its own."), Assert.Single(result.Refused));
    }

    [Fact]
    public void The_questions_that_take_any_network_take_maps_with_the_methods_as_they_are()
    {
        var settings = LabBench.Settings with { Quick = true, Steps = 2, Arms = [Arms.Plain, Arms.GroupNorm, Arms.InstanceNorm] };
        var result = new LearningRates(Subject.Vectors).Run(lab.Open(settings, network: LabBench.Convolutional));
        Assert.Equal(["plain", "instance-norm"], result.Tables.Single(table => table.Name == "best").Rows.Select(row => row[0]));
        Assert.Contains("4 channels into 10", Assert.Single(result.Refused).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Whitening_counts_the_values_of_a_channel_and_not_the_batch()
    {
        Assert.Contains("cannot whiten", Arms.Zca.Refusal(LabBench.Network, 16), StringComparison.Ordinal);
        Assert.Contains("cannot whiten", Arms.Zca.Refusal(LabBench.Convolutional, 4), StringComparison.Ordinal);
        Assert.Null(Arms.Zca.Refusal(LabBench.Convolutional, 5));
    }

    [Fact]
    public void Convolutions_without_a_bias_get_it_back_with_the_normalizations_taken_out() =>
        Assert.Equal(NetworkFormat.Write(LabBench.Convolutional), NetworkFormat.Write(BaseNetwork.Strip(LabBench.Convolutional.WithBatchNormalization()).Network));

    // Whoever changes this makes all finished runs of dense networks run again: RunRequest.ProtocolVersion says so.
    [Fact]
    public void Runs_of_dense_networks_are_found_again_by_the_names_that_they_always_had()
    {
        var network = BaseNetwork.Standard(LabBench.Data.Train.Shape, 10);
        var requests = from arm in Arms.All.Append(BatchSizeArms.Renorm(5_000))
                       where arm.Refusal(network, 60) is null
                       select new RunRequest { Arm = arm, Base = network, Data = LabBench.Data, Setting = new(2, arm.Choice?.Values[0]), Batch = 60, Steps = 10_000, Seed = 2, ScoreTest = true };
        Assert.Equal("434d7fad1aa989cabd57653891995d36", RunStore.KeyOf(string.Concat(requests.Select(request => request.Key))));
    }
}
