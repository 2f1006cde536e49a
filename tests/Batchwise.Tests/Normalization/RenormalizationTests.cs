using Batchwise.Tests.Networks;

namespace Batchwise.Tests.Normalization;

public class RenormalizationTests
{
    private static readonly ChannelMoments Moments = new(Mean: 1.5, Variance: 4, MovingMean: 0.25, MovingVariance: 1, Updates: 50_000, Values: 8);

    [Fact]
    public void Where_nothing_is_clipped_training_normalizes_by_the_moving_averages()
    {
        var layer = new BatchRenormalization { Epsilon = 1e-12 };
        var (center, factor, offset, _, _) = layer.Coefficients(Moments);
        // r = 2 / 1 and d = (1.5 - 0.25) / 1: (x - 1.5) / 2 * 2 + 1.25 = x - 0.25.
        Assert.Equal((1.5, 1, 1.25), (center, Math.Round(factor, 9), Math.Round(offset, 9)));
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(5_000, 1, 0)]
    [InlineData(15_000, 1 + 2 * 10.0 / 35, 2.5)]
    [InlineData(25_000, 1 + 2 * 20.0 / 35, 5)]
    [InlineData(40_000, 3, 5)]
    [InlineData(90_000, 3, 5)]
    public void The_bounds_grow_as_in_the_paper(long updates, double rMax, double dMax)
    {
        // A batch far from the moving averages: r and d are at their bounds.
        var far = new ChannelMoments(1000, 1e6, 0, 1, updates, 8);
        var (_, factor, offset, centerPerMean, factorPerVariance) = new BatchRenormalization().Coefficients(far);
        var invStd = 1 / Math.Sqrt(1e6 + 1e-5);
        Assert.Equal(rMax, factor / invStd, 9);
        Assert.Equal(dMax, offset, 9);
        Assert.Equal(1, centerPerMean);
        Assert.Equal(1, factorPerVariance / (-0.5 * rMax * Math.Pow(invStd, 3)), 9);
        var (_, below, negative, _, _) = new BatchRenormalization().Coefficients(new(-1000, 1e-4, 0, 1e6, updates, 8));
        Assert.Equal(1 / rMax, below * Math.Sqrt(1e-4 + 1e-5), 9);
        Assert.InRange(negative, -dMax, 0);
    }

    [Fact]
    public void With_r_of_one_and_d_of_zero_it_is_batch_normalization_to_the_bit()
    {
        // In its warm-up, which is where a new network is.
        Assert.Equal(Train(new BatchNormalization()), Train(new BatchRenormalization()));
        Assert.Equal(Train(new BatchNormalization()), Train(new BatchRenormalization { RMax = 1, DMax = 0, WarmUp = 0, RMaxAt = 0, DMaxAt = 0 }));
        Assert.NotEqual(Train(new BatchNormalization()), Train(new BatchRenormalization { WarmUp = 0, RMaxAt = 0, DMaxAt = 0 }));

        static float[] Train(Layer layer)
        {
            using var trainer = new Trainer(Network.Input(37).Dense(9).Sigmoid().Dense(3).WithNormalization(layer), new Sgd(0.1f), 1);
            trainer.Fit(new Execution.Toy(), 20, 10);
            return trainer.State.Parameter("dense1.weight").ToArray();
        }
    }

    [Fact]
    public void Inference_and_frozen_layers_normalize_as_batch_normalization()
    {
        var x = Numbers.Normal(6 * 4, 1);
        foreach (var frozen in new[] { false, true })
        {
            var mode = frozen ? NetworkMode.Training : NetworkMode.Inference;
            double[] Output(ChannelNormalization layer) =>
                References.Random(Network.Input(4).Then(layer with { UseBatchStatistics = !frozen }), 6, mode).Forward(x, 6).ToArray();
            Numbers.AssertClose(Output(new BatchNormalization()), Output(Relatives.All["renorm"]), 1e-12);
        }
    }
}
