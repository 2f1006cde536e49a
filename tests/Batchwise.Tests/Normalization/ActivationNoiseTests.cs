using Batchwise.Tests.Networks;

namespace Batchwise.Tests.Normalization;

public class ActivationNoiseTests
{
    private const int Units = 400;
    private const int Count = 500;

    [Fact]
    public void Its_numbers_are_distributed_as_the_paper_says()
    {
        var (scale, shift) = Draw(step: 3);
        // Units: mu uniform in (-0.5, 0.5), sigma in (1, 1.25); deviations 1 / sqrt(12) and 0.25 / sqrt(12). Of 400 units: four
        // standard errors of a mean are 0.2 deviations, and of a deviation 0.1 of it.
        var (mu, sigma) = (MeansOfUnits(shift), MeansOfUnits(scale));
        Assert.All(mu, value => Assert.InRange(value, -0.52, 0.52));
        Assert.All(sigma, value => Assert.InRange(value, 0.98, 1.27));
        Assert.Equal(0, mu.Average(), 0.06);
        Assert.Equal(1.125, sigma.Average(), 0.015);
        Assert.Equal(1 / Math.Sqrt(12), Deviation(mu), 0.03);
        Assert.Equal(0.25 / Math.Sqrt(12), Deviation(sigma), 0.0075);
        // Values about their unit's mean: uniform within 0.1, deviation 0.2 / sqrt(12); normal of deviation 0.1.
        var m = Enumerable.Range(0, shift.Length).Select(i => shift[i] - mu[i % Units]).ToArray();
        var s = Enumerable.Range(0, scale.Length).Select(i => scale[i] - sigma[i % Units]).ToArray();
        Assert.All(m, value => Assert.InRange(value, -0.12, 0.12));
        Assert.Equal(0.2 / Math.Sqrt(12), Deviation(m), 5e-4);
        Assert.Equal(0.1, Deviation(s), 1e-3);
        // A normal's fourth moment is 3, a uniform's 1.8.
        Assert.Equal(3, s.Average(value => Math.Pow(value, 4)) / Math.Pow(Deviation(s), 4), 0.1);
        Assert.Equal(1.8, m.Average(value => Math.Pow(value, 4)) / Math.Pow(Deviation(m), 4), 0.05);
    }

    [Fact]
    public void Every_step_and_every_layer_draws_anew_and_every_repetition_the_same()
    {
        Assert.Equal(Draw(3).Shift, Draw(3).Shift);
        Assert.NotEqual(MeansOfUnits(Draw(3).Shift)[..5], MeansOfUnits(Draw(4).Shift)[..5]);
        var network = Network.Input(4).Then(new ActivationNoise()).Then(new ActivationNoise());
        var reference = new ReferenceNetwork(network, 2, NetworkMode.Training);
        reference.Forward(new double[8], 2, 1, 1);
        var once = reference.Pass("activationNoise1").Output.ToArray();
        Assert.NotEqual(once, reference.Pass("activationNoise2").Output.ToArray().Zip(once, (y, x) => y - x));
    }

    [Theory]
    [InlineData(NetworkMode.Inference)]
    [InlineData(NetworkMode.Statistics)]
    public void Outside_training_it_does_nothing(NetworkMode mode)
    {
        var x = Numbers.Normal(6 * 4, 1);
        Assert.Equal(x, new ReferenceNetwork(Network.Input(4).Then(new ActivationNoise()), 6, mode).Forward(x, 6).ToArray());
    }

    private static (double[] Scale, double[] Shift) Draw(long step)
    {
        var reference = new ReferenceNetwork(Network.Input(Units).Then(new ActivationNoise()), Count, NetworkMode.Training);
        var x = new double[Count * Units];
        var shift = reference.Forward(x, Count, seed: 7, step).ToArray();
        x.AsSpan().Fill(1);
        return ([.. reference.Forward(x, Count, seed: 7, step).ToArray().Zip(shift, (y, m) => y - m)], shift);
    }

    private static double[] MeansOfUnits(double[] values) =>
        [.. Enumerable.Range(0, Units).Select(unit => Enumerable.Range(0, Count).Average(i => values[i * Units + unit]))];

    private static double Deviation(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
