using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Training;

/// <summary>Statistics adapted to another domain: what recovers, what stays, what is refused.</summary>
public class AdaptTests
{
    private static readonly (Dataset Train, Dataset Test) Digits = GeneratedDigits.Load(1, 3000, 500);

    [Fact]
    public void Digits_of_other_brightness_and_contrast_are_read_again_after_adapting()
    {
        var model = Trained();
        var (train, test) = (new Changed(Digits.Train, x => 0.4f + 0.3f * x), new Changed(Digits.Test, x => 0.4f + 0.3f * x));
        var (there, before) = (model.Evaluate(Digits.Test).Accuracy, model.Evaluate(test).Accuracy);
        var adapted = model.Adapt(train);
        var after = adapted.Evaluate(test).Accuracy;
        Assert.True(there > 0.8, $"{there}");
        Assert.True(before < there - 0.2, $"{before} of {there}");
        // The first layer's normalized values are then those of the old images, but for epsilon.
        Assert.InRange(after, there - 0.01, 1);
        Assert.Equal(before, model.Evaluate(test).Accuracy);
        Assert.Equal(after, adapted.Evaluate(test, StatisticsSource.Moving).Accuracy);
        Assert.Equal(model.ClassNames, adapted.ClassNames);
        // A few examples, less than a batch, are enough for most of it.
        Assert.InRange(model.Adapt(new Changed(Digits.Train.Slice(0, 32), x => 0.4f + 0.3f * x)).Evaluate(test).Accuracy, before + 0.5 * (there - before), 1);
    }

    [Fact]
    public void Inverted_digits_flip_the_sign_of_what_is_normalized_and_statistics_do_not_mend_that()
    {
        var adapted = Trained().Adapt(new Changed(Digits.Train, x => 1 - x));
        Assert.True(adapted.Evaluate(new Changed(Digits.Test, x => 1 - x)).Accuracy < 0.5);
    }

    [Fact]
    public void Without_pseudo_count_it_is_Algorithm_2_on_the_new_data()
    {
        using var trainer = Toys();
        var adapted = trainer.ToModel().Adapt(new Toy(20), 20);
        // One batch: its order does not matter.
        trainer.EstimatePopulation(new Toy(20), 20);
        foreach (var name in trainer.State.StatisticNames.Where(name => name.Contains("population", StringComparison.Ordinal)))
            PlanCheck.Close(name, adapted.State.Statistic(name), trainer.State.Statistic(name).ToArray());
    }

    [Theory]
    [InlineData(40)]
    [InlineData(59)]
    public void A_pseudo_count_blends_old_and_new_as_its_formula_says_and_counts_the_examples_of_whole_batches(int count)
    {
        using var trainer = Toys();
        trainer.EstimatePopulation(new Toy(), 20);
        var model = trainer.ToModel();
        var target = new Toy(count, noise: 1);
        var (all, half) = (model.Adapt(target, 20), model.Adapt(target, 20, pseudoCount: 120));
        // The first layer's new statistics do not depend on other layers: 120 old ones to 40 new ones.
        foreach (var name in new[] { "batchNorm1.populationMean", "batchNorm1.populationVariance" })
        {
            for (var c = 0; c < 45; c++)
                Assert.Equal((120 * model.State.Statistic(name)[c] + 40 * all.State.Statistic(name)[c]) / 160, half.State.Statistic(name)[c], 9);
        }
    }

    [Fact]
    public void Covariances_of_a_whitening_are_adapted_with_its_variances()
    {
        using var trainer = new Trainer(Network.Input(37).Dense(20, bias: false).Then(new ZcaWhitening()).Relu().Dense(3), new Sgd(0.05f), 1, threads: 1);
        trainer.Fit(new Toy(), 40, 40, cancellationToken: TestContext.Current.CancellationToken);
        trainer.EstimatePopulation(new Toy(), 40);
        var model = trainer.ToModel();
        var (all, half) = (model.Adapt(new Toy(40, noise: 1), 40), model.Adapt(new Toy(40, noise: 1), 40, pseudoCount: 40));
        const string name = "zcaWhitening1.populationCovariance";
        for (var i = 0; i < 100; i++)
            Assert.Equal((model.State.Statistic(name)[i] + all.State.Statistic(name)[i]) / 2, half.State.Statistic(name)[i], 9);
        Assert.Equal(half.State.Statistic(name).ToArray(), half.State.Statistic("zcaWhitening1.movingCovariance").ToArray());
    }

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e300)]
    public void A_pseudo_count_without_end_leaves_the_model(double pseudoCount)
    {
        using var trainer = Toys();
        trainer.EstimatePopulation(new Toy(), 20);
        var model = trainer.ToModel();
        var adapted = model.Adapt(new Toy(40, noise: 3), 20, pseudoCount);
        foreach (var name in model.State.StatisticNames.Where(name => name.Contains("population", StringComparison.Ordinal)))
            Assert.Equal(model.State.Statistic(name).ToArray(), adapted.State.Statistic(name).ToArray());
        Assert.Equal(model.Predict(new Toy()), adapted.Predict(new Toy()));
    }

    [Fact]
    public void What_cannot_be_adapted_is_refused_with_the_way_out()
    {
        using var trainer = Toys();
        var model = trainer.ToModel();
        Assert.Contains("from before", Assert.Throws<InvalidOperationException>(() => model.Fold().Adapt(new Toy())).Message, StringComparison.Ordinal);
        var affine = new Model(NetworkState.Create(Network.Input(37).BatchNormalization().Relu().Dense(3), 1)).Fold();
        Assert.Contains("is folded", Assert.Throws<InvalidOperationException>(() => affine.Adapt(new Toy())).Message, StringComparison.Ordinal);
        Assert.Contains("not -1", Assert.Throws<ArgumentOutOfRangeException>(() => model.Adapt(new Toy(), 20, -1)).Message, StringComparison.Ordinal);
        Assert.Contains("not NaN", Assert.Throws<ArgumentOutOfRangeException>(() => model.Adapt(new Toy(), 20, double.NaN)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Adapt(new Toy(), 0));
        Assert.Contains("shape", Assert.Throws<ArgumentException>(() => model.Adapt(Digits.Train)).Message, StringComparison.Ordinal);
    }

    private static Trainer Toys()
    {
        var trainer = new Trainer(Toy.Network, new Sgd(0.3f), 1, threads: 1);
        trainer.Fit(new Toy(), 20, 40);
        return trainer;
    }

    private static Model Trained()
    {
        using var trainer = new Trainer(MnistMlp.Create(Digits.Train.Shape), new Sgd(0.5f), 1);
        trainer.Fit(Digits.Train, 60, 600);
        trainer.EstimatePopulation(Digits.Train);
        return trainer.ToModel();
    }

    /// <summary>The same images seen by another camera.</summary>
    private sealed class Changed(Dataset source, Func<float, float> change) : ExamplesView(source)
    {
        public override void CopyInput(int index, Span<float> destination)
        {
            base.CopyInput(index, destination);
            foreach (ref var value in destination)
                value = change(value);
        }
    }
}
