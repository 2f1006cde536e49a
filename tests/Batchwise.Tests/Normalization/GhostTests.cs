using Batchwise.Tests.Execution;
using Batchwise.Tests.Networks;

namespace Batchwise.Tests.Normalization;

public class GhostTests
{
    private const int Channels = 5;

    [Theory]
    [InlineData(20)]
    [InlineData(50)]
    public void One_ghost_batch_is_batch_normalization_to_the_bit(int size)
    {
        Assert.Equal(Train(new BatchNormalization()), Train(new GhostBatchNormalization { GhostSize = size }));
        Assert.NotEqual(Train(new BatchNormalization()), Train(new GhostBatchNormalization { GhostSize = 10 }));

        static float[] Train(Layer layer)
        {
            using var trainer = new Trainer(Network.Input(37).Dense(9).Sigmoid().Dense(3).WithNormalization(layer), new Sgd(0.1f), 1);
            trainer.Fit(new Toy(), 20, 10);
            return trainer.State.Parameter("dense1.weight").ToArray();
        }
    }

    [Theory]
    [InlineData(12, 4, new[] { 4, 4, 4 })]
    [InlineData(11, 4, new[] { 4, 7 })]
    [InlineData(3, 4, new[] { 3 })]
    [InlineData(8, 8, new[] { 8 })]
    public void The_last_ghost_batch_takes_what_is_left(int count, int size, int[] expected)
    {
        var layer = new GhostBatchNormalization { GhostSize = size };
        var parts = Enumerable.Range(0, layer.Parts(count)).Select(part => layer.PartOf(part, count)).ToArray();
        Assert.Equal(expected, parts.Select(part => part.Count));
        Assert.Equal(0, parts[0].First);
        Assert.All(parts.Skip(1).Zip(parts), pair => Assert.Equal(pair.Second.First + pair.Second.Count, pair.First.First));
    }

    /// <summary>Ghost batches of 4 and 7 are two batches, one after the other: outputs, gradients and moving averages.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ghost_batches_are_batches_by_themselves(bool maps)
    {
        var input = maps ? Network.Input(2, 3, Channels) : Network.Input(Channels);
        var size = input.InputShape.Size;
        var x = Numbers.Normal(11 * size, 1, mean: 2);
        var w = Numbers.Normal(11 * size, 2);
        var ghost = References.Random(input.Then(new GhostBatchNormalization { GhostSize = 4 }), 11);
        var y = ghost.Forward(x, 11).ToArray();
        var dx = ghost.Backward(w).ToArray();
        var ghostPass = ghost.Pass(ghost.Network.Output);

        var batches = References.Random(input.BatchNormalization(), 7);
        var pass = batches.Pass(batches.Network.Output);
        var (expectedY, expectedDx, dGamma, dBeta) = (new List<double>(), new List<double>(), new double[Channels], new double[Channels]);
        foreach (var (first, count) in new[] { (0, 4), (4, 7) })
        {
            expectedY.AddRange(batches.Forward(x.AsSpan(first * size, count * size), count));
            expectedDx.AddRange(batches.Backward(w.AsSpan(first * size, count * size)));
            batches.Commit();
            for (var c = 0; c < Channels; c++)
            {
                dGamma[c] += pass.ParameterGradient(0)[c];
                dBeta[c] += pass.ParameterGradient(1)[c];
            }
        }
        Numbers.AssertClose([.. expectedY], y, 1e-14);
        Numbers.AssertClose([.. expectedDx], dx, 1e-13);
        Numbers.AssertClose(dGamma, ghostPass.ParameterGradient(0), 1e-13);
        Numbers.AssertClose(dBeta, ghostPass.ParameterGradient(1), 1e-13);
        foreach (var statistic in new[] { 0, 1, 4 })
            Numbers.AssertClose(pass.Statistic(statistic), ghostPass.NewStatistic(statistic), 1e-13);
    }

    [Fact]
    public void A_statistics_pass_averages_ghost_batches_by_their_samples()
    {
        var network = Network.Input(Channels).Then(new GhostBatchNormalization { GhostSize = 4 });
        var plan = Plan.Compile(NetworkState.Create(network, 1), NetworkMode.Statistics, 11, StandardLayers.Catalogue);
        var x = PlanCheck.Random(11 * Channels, 1);
        plan.SetInput(x, 11);
        plan.Run(new SerialExecutor(), 11);
        for (var c = 0; c < Channels; c++)
        {
            var values = Enumerable.Range(0, 11).Select(i => (double)x[i * Channels + c]).ToArray();
            var (mean, variance) = (values.Average(), (4 * Unbiased(values[..4]) + 7 * Unbiased(values[4..])) / 11);
            Assert.Equal(mean, plan.Staged.Single(staged => staged.Name.EndsWith("populationMean", StringComparison.Ordinal)).Next[c], 6);
            Assert.Equal(variance, plan.Staged.Single(staged => staged.Name.EndsWith("populationVariance", StringComparison.Ordinal)).Next[c], 5);
        }

        static double Unbiased(double[] values) => values.Sum(value => Math.Pow(value - values.Average(), 2)) / (values.Length - 1);
    }
}
