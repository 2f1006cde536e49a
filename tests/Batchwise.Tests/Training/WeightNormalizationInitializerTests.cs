using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Training;

public class WeightNormalizationInitializerTests
{
    private const int Batch = 50;

    private static readonly Network Network = Batchwise.Network.Input(37)
        .Dense(20).Relu().Dropout(0.3).Dense(11).Sigmoid().Dense(9).BatchNormalization().Tanh().Dense(3).WithWeightNormalization();

    [Fact]
    public void Every_output_has_mean_0_and_variance_1_over_the_batch()
    {
        var state = NetworkState.Create(Network, 1);
        var before = state.Parameter("dense1.v").ToArray();
        WeightNormalizationInitializer.Initialize(state, new Toy(), Batch);
        Assert.Equal(before, state.Parameter("dense1.v").ToArray());

        // 100 examples evenly spaced give every second.
        var x = new float[Batch * 37];
        for (var i = 0; i < Batch; i++)
            new Toy().CopyInput(2 * i, x.AsSpan(i * 37, 37));
        var reference = new ReferenceNetwork(Network, Batch, NetworkMode.Statistics);
        reference.Load(state);
        reference.Forward(PlanCheck.Doubles(x), Batch);
        foreach (var node in Network.Nodes.Where(node => node.Layer is Dense))
        {
            var outputs = reference.Pass(node).Output;
            var width = node.Shape.Size;
            for (var c = 0; c < width; c++)
            {
                double mean = 0, square = 0;
                for (var i = c; i < outputs.Length; i += width)
                    (mean, square) = (mean + outputs[i] / Batch, square + outputs[i] * outputs[i] / Batch);
                // Float32 sums of some ten terms of size one, and g and b rounded.
                Assert.Equal(0, mean, 1e-5);
                Assert.Equal(1, square, 1e-5);
            }
        }
    }

    [Fact]
    public void A_layer_without_bias_gets_its_gain_alone()
    {
        var network = Batchwise.Network.Input(37).Dense(4, bias: false).WithWeightNormalization();
        var state = NetworkState.Create(network, 1);
        WeightNormalizationInitializer.Initialize(state, new Toy(), 100);
        var model = new Model(state, OutputMeaning.Values);
        var outputs = model.Predict(new Toy());
        for (var c = 0; c < 4; c++)
        {
            var column = Enumerable.Range(0, 100).Select(i => (double)outputs[i * 4 + c]).ToArray();
            Assert.Equal(1, column.Average(value => (value - column.Average()) * (value - column.Average())), 1e-5);
        }
    }

    [Fact]
    public void What_cannot_be_initialized_is_refused_and_left_as_it_was()
    {
        var state = NetworkState.Create(Network, 1);
        Assert.Contains("2 examples or more", Assert.ThrowsAny<ArgumentException>(() => WeightNormalizationInitializer.Initialize(state, new Toy(), 1)).Message, StringComparison.Ordinal);
        Assert.Contains("no more than there are", Assert.ThrowsAny<ArgumentException>(() => WeightNormalizationInitializer.Initialize(state, new Toy(), 101)).Message, StringComparison.Ordinal);
        var plain = NetworkState.Create(Batchwise.Network.Input(37).Dense(3), 1);
        Assert.Contains("WithWeightNormalization()", Assert.Throws<ArgumentException>(() => WeightNormalizationInitializer.Initialize(plain, new Toy(), Batch)).Message, StringComparison.Ordinal);

        // Rectified values that are all zero leave the second layer without variance.
        state = NetworkState.Create(Batchwise.Network.Input(37).Dense(5).Relu().Dense(4).WithWeightNormalization(name => name == "dense2"), 1);
        state.Parameter("dense1.bias").Fill(-1e6f);
        state.Parameter("dense2.g").Fill(3);
        var message = Assert.Throws<InvalidOperationException>(() => WeightNormalizationInitializer.Initialize(state, new Toy(), Batch)).Message;
        Assert.Contains("Output 0 of 'dense2' has variance 0", message, StringComparison.Ordinal);
        Assert.Equal([3f, 3, 3, 3], state.Parameter("dense2.g").ToArray());
    }
}
