using Batchwise.Tests.Networks;

namespace Batchwise.Tests.Normalization;

/// <summary>What the paper says of the transform, as tests on the float64 reference.</summary>
public class PaperClaimsTests
{
    private const int Count = 12;
    private const int Inputs = 5;
    private const int Channels = 4;

    // The claims of section 3.3 are exact as epsilon goes to 0.
    private static readonly BatchNormalization Exact = new() { Epsilon = 1e-30 };

    private static readonly Network Network = Batchwise.Network.Input(Inputs).Dense(Channels, bias: false).BatchNormalization(Exact);

    [Fact]
    public void Gamma_of_the_deviation_and_beta_of_the_mean_recover_the_identity()
    {
        var network = Batchwise.Network.Input(Channels).BatchNormalization();
        var reference = new ReferenceNetwork(network, Count, NetworkMode.Training);
        var x = Numbers.Normal(Count * Channels, 1, mean: 3, deviation: 2);
        for (var c = 0; c < Channels; c++)
        {
            var values = Enumerable.Range(0, Count).Select(i => x[i * Channels + c]).ToArray();
            var mean = values.Average();
            reference.Pass("batchNorm1").Parameter(0)[c] = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)) + 1e-5);
            reference.Pass("batchNorm1").Parameter(1)[c] = mean;
        }
        Numbers.AssertClose(x, reference.Forward(x, Count), 1e-12);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(7.0)]
    [InlineData(1000.0)]
    public void The_scale_of_the_weights_changes_nothing_but_the_weights_gradient_by_its_inverse(double a)
    {
        var (one, scaled) = (Run(1), Run(a));
        Numbers.AssertClose(one.Y, scaled.Y, 1e-10, "BN(aWu)");
        Numbers.AssertClose(one.Dx, scaled.Dx, 1e-9, "its gradient with respect to u");
        Numbers.AssertClose([.. one.DWeight.Select(value => value / a)], scaled.DWeight, 1e-9, "its gradient with respect to aW");
        Assert.True(Numbers.Norm(one.DWeight) > 0.1);
    }

    [Fact]
    public void A_negative_scale_turns_the_normalized_values_round()
    {
        // y = gamma xHat + beta: what is symmetric about beta adds up to twice beta.
        var (up, down) = (Run(1).Y, Run(-3).Y);
        var beta = References.Random(Network, Count).Pass("batchNorm1").Parameter(1).ToArray();
        for (var i = 0; i < up.Length; i++)
            Assert.Equal(2 * beta[i % Channels], up[i] + down[i], 10);
    }

    [Fact]
    public void The_gradient_has_no_part_along_one_and_none_along_the_normalized_values()
    {
        var network = Batchwise.Network.Input(Channels).BatchNormalization(Exact);
        var reference = References.Random(network, Count);
        var x = Numbers.Normal(Count * Channels, 1);
        reference.Forward(x, Count);
        var dx = reference.Backward(Numbers.Normal(Count * Channels, 2)).ToArray();
        Assert.True(Numbers.Norm(dx) > 0.1);
        for (var c = 0; c < Channels; c++)
        {
            var mean = Enumerable.Range(0, Count).Average(i => x[i * Channels + c]);
            Assert.Equal(0, Enumerable.Range(0, Count).Sum(i => dx[i * Channels + c]), 10);
            Assert.Equal(0, Enumerable.Range(0, Count).Sum(i => dx[i * Channels + c] * (x[i * Channels + c] - mean)), 10);
        }
    }

    [Fact]
    public void The_four_equations_as_printed_give_the_closed_form()
    {
        const double epsilon = 1e-5;
        var network = Batchwise.Network.Input(Channels).BatchNormalization();
        var reference = References.Random(network, Count);
        var x = Numbers.Normal(Count * Channels, 1, mean: 0.5, deviation: 2);
        var dy = Numbers.Normal(Count * Channels, 2);
        reference.Forward(x, Count);
        var actual = reference.Backward(dy).ToArray();
        var gamma = reference.Pass("batchNorm1").Parameter(0).ToArray();
        var expected = new double[actual.Length];
        for (var c = 0; c < Channels; c++)
        {
            int At(int i) => i * Channels + c;
            var all = Enumerable.Range(0, Count).ToArray();
            var mean = all.Average(i => x[At(i)]);
            var variance = all.Average(i => Math.Pow(x[At(i)] - mean, 2));
            double DxHat(int i) => dy[At(i)] * gamma[c];
            var dVariance = all.Sum(i => DxHat(i) * (x[At(i)] - mean) * -0.5 * Math.Pow(variance + epsilon, -1.5));
            var dMean = all.Sum(i => DxHat(i) * -1 / Math.Sqrt(variance + epsilon)) + dVariance * all.Sum(i => -2 * (x[At(i)] - mean)) / Count;
            foreach (var i in all)
                expected[At(i)] = DxHat(i) / Math.Sqrt(variance + epsilon) + dVariance * 2 * (x[At(i)] - mean) / Count + dMean / Count;
        }
        Numbers.AssertClose(expected, actual, 1e-12);
    }

    /// <summary>
    /// Section 2's example: a layer adds a bias b to u and subtracts the mean. With the mean kept out of the gradient, b
    /// takes steps that change neither output nor loss, and grows without end; with it in, b's gradient is zero.
    /// </summary>
    [Fact]
    public void A_bias_blows_up_when_statistics_are_kept_out_of_the_gradient()
    {
        var u = Numbers.Normal(Count, 1);
        var target = Numbers.Normal(Count, 2, mean: 1);
        (double Bias, double FirstLoss, double LastLoss) Train(bool meanInGradient)
        {
            double bias = 0, first = 0, last = 0;
            for (var step = 0; step < 1000; step++)
            {
                var x = u.Select(value => value + bias).ToArray();
                var mean = x.Average();
                var residuals = x.Select((value, i) => value - mean - target[i]).ToArray();
                last = residuals.Average(value => value * value);
                first = step == 0 ? last : first;
                var gradient = residuals.Select(value => 2 * value / Count).ToArray();
                bias -= 0.1 * (gradient.Sum() - (meanInGradient ? Count * gradient.Average() : 0));
            }
            return (bias, first, last);
        }
        var (blownUp, firstLoss, lastLoss) = Train(meanInGradient: false);
        Assert.True(Math.Abs(blownUp) > 100, $"the bias is {blownUp}");
        Assert.Equal(firstLoss, lastLoss, 9);
        Assert.Equal(0, Train(meanInGradient: true).Bias, 9);
    }

    private static (double[] Y, double[] Dx, double[] DWeight) Run(double a)
    {
        var reference = References.Random(Network, Count);
        foreach (ref var weight in reference.Pass("dense1").Parameter(0))
            weight *= a;
        var y = reference.Forward(Numbers.Normal(Count * Inputs, 1), Count).ToArray();
        var dx = reference.Backward(Numbers.Normal(Count * Channels, 2)).ToArray();
        return (y, dx, reference.Pass("dense1").ParameterGradient(0).ToArray());
    }
}
