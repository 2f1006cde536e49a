using Batchwise.Tests.Networks;

namespace Batchwise.Tests.Normalization;

/// <summary>
/// The gradient is that of a layer whose center and factor depend on the batch as its coefficients say and no further: what is
/// said to be a constant (renorm's r and d, detached statistics) is held while the input is varied.
/// </summary>
public class RelativesGradientTests
{
    private const int Batch = 6;

    public static TheoryData<string, bool> Cases
    {
        get
        {
            var data = new TheoryData<string, bool>();
            // Ghost batches are among the GradientCases, as their gradient is their function's.
            foreach (var name in Relatives.All.Keys.Where(name => name != "ghost"))
            {
                data.Add(name, false);
                data.Add(name, true);
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void It_is_what_central_differences_give_with_the_constants_held(string name, bool maps)
    {
        var layer = Relatives.All[name];
        var network = maps ? Network.Input(3, 2, 4).Then(layer) : Network.Input(5).Then(layer);
        var reference = References.Random(network, Batch);
        var pass = reference.Pass(network.Output);
        var channels = network.OutputShape.Channels;
        var x = Numbers.Normal(Batch * network.InputShape.Size, stream: 2, mean: 0.3, deviation: 1.5);
        var w = Numbers.Normal(x.Length, stream: 1);
        reference.Forward(x, Batch);
        var dx = reference.Backward(w).ToArray();
        var gamma = pass.Parameter(0).ToArray();

        var held = new (ChannelCoefficients Coefficients, double Mean, double Variance)[channels];
        for (var c = 0; c < channels; c++)
        {
            var (mean, variance) = Moments(x, c, channels);
            var (movingMean, movingVariance) = pass.StatisticCount == 0 ? (0, 1) : (pass.Statistic(0)[c], pass.Statistic(1)[c]);
            held[c] = (layer.Coefficients(new(mean, variance, movingMean, movingVariance, 3, x.Length / channels)), mean, variance);
        }
        var expected = new double[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            var (value, c) = (x[i], i % channels);
            x[i] = value + 1e-5;
            var above = Loss(c);
            x[i] = value - 1e-5;
            var below = Loss(c);
            x[i] = value;
            expected[i] = (above - below) / 2e-5;
        }
        Assert.True(Numbers.Norm(dx) > 0.1);
        Numbers.AssertClose(expected, dx, 1e-7);

        double Loss(int c)
        {
            var (at, mean, variance) = held[c];
            var (newMean, newVariance) = Moments(x, c, channels);
            var center = at.Center + at.CenterPerMean * (newMean - mean);
            var factor = at.Factor + at.FactorPerVariance * (newVariance - variance);
            var loss = 0.0;
            for (var i = c; i < x.Length; i += channels)
                loss += w[i] * gamma[c] * ((x[i] - center) * factor + at.Offset);
            return loss;
        }
    }

    [Fact]
    public void Detached_statistics_leave_the_gradient_of_an_affine_map()
    {
        var network = Network.Input(5).Then(new DetachedNormalization());
        var reference = References.Random(network, Batch);
        var x = Numbers.Normal(Batch * 5, 2);
        var w = Numbers.Normal(Batch * 5, 1);
        reference.Forward(x, Batch);
        var dx = reference.Backward(w).ToArray();
        for (var i = 0; i < dx.Length; i++)
            Assert.Equal(reference.Pass(network.Output).Parameter(0)[i % 5] * w[i] / Math.Sqrt(Moments(x, i % 5, 5).Variance + 1e-5), dx[i], 12);
    }

    /// <summary>
    /// Section 2: with statistics kept out of the gradient, a bias before the layer moves at every step by what changes neither
    /// output nor loss; with them in, its gradient is zero.
    /// </summary>
    [Fact]
    public void A_bias_before_detached_statistics_blows_up_while_the_loss_stays()
    {
        var (detached, firstLoss, lastLoss) = TrainBias(new DetachedNormalization());
        Assert.True(Numbers.Norm(detached) > 100, $"the bias is {Numbers.Norm(detached)}");
        Assert.Equal(firstLoss, lastLoss, 9);
        Assert.Equal(0, Numbers.Norm(TrainBias(new BatchNormalization()).Bias), 9);
        Assert.Equal(0, Numbers.Norm(TrainBias(Relatives.All["renorm, unbounded"]).Bias), 9);
    }

    private static (double[] Bias, double FirstLoss, double LastLoss) TrainBias(Layer layer)
    {
        const int count = 12, outputs = 3;
        var network = Network.Input(4).Dense(outputs).Then(layer);
        var reference = References.Random(network, count);
        var bias = reference.Pass("dense1").Parameter(1);
        bias.Clear();
        var x = Numbers.Normal(count * 4, 1);
        // Targets of another mean than beta's: what the bias seems able to mend.
        var target = Numbers.Normal(count * outputs, 2, mean: 3);
        double first = 0, last = 0;
        for (var step = 0; step < 1000; step++)
        {
            var y = reference.Forward(x, count).ToArray();
            var residuals = y.Zip(target, (value, wanted) => value - wanted).ToArray();
            last = Numbers.Dot(residuals, residuals) / count;
            first = step == 0 ? last : first;
            reference.Backward([.. residuals.Select(value => 2 * value / count)]);
            for (var j = 0; j < outputs; j++)
                bias[j] -= 0.1 * reference.Pass("dense1").ParameterGradient(1)[j];
        }
        return (bias.ToArray(), first, last);
    }

    private static (double Mean, double Variance) Moments(double[] x, int channel, int channels)
    {
        var values = Enumerable.Range(0, x.Length / channels).Select(i => x[i * channels + channel]).ToArray();
        var mean = values.Average();
        return (mean, values.Average(value => (value - mean) * (value - mean)));
    }
}
