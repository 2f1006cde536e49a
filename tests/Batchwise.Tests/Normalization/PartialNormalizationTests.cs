namespace Batchwise.Tests.Normalization;

/// <summary>The tests that a normalization of a user's own needs, by the public members alone.</summary>
public class PartialNormalizationTests
{
    private static readonly PartialNormalization Layer = new() { Power = 0.3 };

    /// <summary>Backward is right if the last two coefficients are: the derivatives of the first two.</summary>
    [Fact]
    public void Its_coefficients_are_differentiated_rightly()
    {
        ChannelCoefficients At(double mean, double variance) => Layer.Coefficients(new(mean, variance, MovingMean: 0, MovingVariance: 1, Updates: 3, Values: 8));
        const double h = 1e-6;
        Assert.Equal((At(1.5 + h, 2).Center - At(1.5 - h, 2).Center) / (2 * h), At(1.5, 2).CenterPerMean, 8);
        Assert.Equal((At(1.5, 2 + h).Factor - At(1.5, 2 - h).Factor) / (2 * h), At(1.5, 2).FactorPerVariance, 8);
    }

    [Fact]
    public void At_power_one_it_is_batch_normalization()
    {
        double[] Output(Layer layer) =>
            new ReferenceNetwork(Network.Input(2).Then(layer), 3, NetworkMode.Training).Forward([1, 2, 3, 4, 7, 1], 3).ToArray();
        foreach (var (expected, actual) in Output(new BatchNormalization()).Zip(Output(Layer with { Power = 1 })))
            Assert.Equal(expected, actual, 12);
    }

    [Fact]
    public void It_goes_through_a_model_file()
    {
        var registry = StandardLayers.Registry.With("partialNorm", PartialNormalization.Read);
        var network = Network.Input(4).Dense(3).Relu().WithNormalization(Layer with { Epsilon = 1e-3 });
        Assert.Equal(network.ToString(), NetworkFormat.Read(NetworkFormat.Write(network), registry).ToString());
    }
}
