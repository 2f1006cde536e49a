using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Normalization;

public class PopulationTests
{
    private const int Batch = 20;

    private static readonly Network Network = Batchwise.Network.Input(37).Dense(11).Sigmoid().Dense(3).WithBatchNormalization();

    [Fact]
    public void Population_statistics_are_the_averages_of_Algorithm_2()
    {
        using var trainer = Trained();
        trainer.EstimatePopulation(new Toy(110), Batch);

        var reference = new ReferenceNetwork(Network, Batch, NetworkMode.Statistics);
        reference.Load(trainer.State);
        var (mean, variance) = (new double[11], new double[11]);
        // 110 examples are five batches; the ten that are left fill none.
        for (var batch = 0; batch < 5; batch++)
        {
            reference.Forward(Inputs(batch * Batch, trainer.Seed), Batch);
            var z = reference.Pass(Network["batchNorm1"]).Input();
            for (var c = 0; c < 11; c++)
            {
                double sum = 0, squares = 0;
                for (var i = 0; i < Batch; i++)
                    sum += z[i * 11 + c] / Batch;
                for (var i = 0; i < Batch; i++)
                    squares += (z[i * 11 + c] - sum) * (z[i * 11 + c] - sum) / Batch;
                mean[c] += sum / 5;
                variance[c] += squares / 5 * Batch / (Batch - 1);
            }
        }
        PlanCheck.Close("mean", trainer.State.Statistic("batchNorm1.populationMean"), mean);
        PlanCheck.Close("variance", trainer.State.Statistic("batchNorm1.populationVariance"), variance);
    }

    [Fact]
    public void On_maps_every_position_counts_as_a_value()
    {
        const int channels = 5, positions = 4 * 3;
        var network = Batchwise.Network.Input(4, 3, channels).BatchNormalization().Relu().Flatten().Dense(2);
        using var trainer = new Trainer(network, new Sgd(0.1f));
        var data = new Maps();
        trainer.EstimatePopulation(data, Batch);

        // The layer normalizes the input itself, so Algorithm 2 can be said in a line: averages over batches of means, and of
        // variances by m - 1 with m = 20 x 4 x 3.
        var x = new float[data.Count * positions * channels];
        var order = new int[data.Count];
        EpochOrder.Fill(order, trainer.Seed, 0);
        for (var i = 0; i < data.Count; i++)
            data.CopyInput(order[i], x.AsSpan(i * positions * channels, positions * channels));
        var (mean, variance) = (new double[channels], new double[channels]);
        for (var c = 0; c < channels; c++)
        {
            var batches = Enumerable.Range(0, data.Count * positions).Select(place => (double)x[place * channels + c]).Chunk(Batch * positions).Where(batch => batch.Length == Batch * positions).ToArray();
            Assert.Equal(3, batches.Length);
            mean[c] = batches.Average(batch => batch.Average());
            variance[c] = batches.Average(batch => batch.Sum(value => (value - batch.Average()) * (value - batch.Average())) / (batch.Length - 1));
        }
        PlanCheck.Close("mean", trainer.State.Statistic("batchNorm1.populationMean"), mean);
        PlanCheck.Close("variance", trainer.State.Statistic("batchNorm1.populationVariance"), variance);
    }

    [Fact]
    public void Layer_by_layer_equals_all_at_once_for_a_first_layer_and_differs_behind_it()
    {
        var network = Batchwise.Network.Input(37).Dense(11).Sigmoid().Dense(5).Sigmoid().Dense(3).WithBatchNormalization();
        using var trainer = new Trainer(network, new Sgd(0.3f), 1);
        trainer.Fit(new Toy(), Batch, 40);
        trainer.EstimatePopulation(new Toy(), Batch);
        var (first, second) = (trainer.State.Statistic("batchNorm1.populationMean").ToArray(), trainer.State.Statistic("batchNorm2.populationMean").ToArray());
        trainer.EstimatePopulation(new Toy(), Batch, layerByLayer: true);
        Assert.Equal(first, trainer.State.Statistic("batchNorm1.populationMean").ToArray());
        var other = trainer.State.Statistic("batchNorm2.populationMean").ToArray();
        Assert.NotEqual(second, other);
        PlanCheck.Close("second layer", other, second, bound: 0.2);
    }

    [Fact]
    public void Folding_leaves_no_normalization_and_the_same_predictions()
    {
        using var trainer = Trained();
        trainer.EstimatePopulation(new Toy(), Batch);
        var model = trainer.ToModel();
        var folded = model.Fold();
        Assert.DoesNotContain(folded.Network.Nodes, node => node.Layer is BatchNormalization);
        Assert.DoesNotContain("batch norm", Plan.Compile(folded.State, NetworkMode.Inference, 4, StandardLayers.Catalogue).ToString(), StringComparison.Ordinal);
        // Both round each weight or each affine step once, at 6e-8; predictions are probabilities.
        PlanCheck.Close("predictions", PlanCheck.Doubles(folded.Predict(new Toy())), PlanCheck.Doubles(model.Predict(new Toy())), bound: 2e-6);
    }

    [Fact]
    public void A_normalization_that_no_layer_can_take_becomes_an_affine_map()
    {
        var network = Batchwise.Network.Input(37).Tanh().BatchNormalization().Tanh().Dense(3);
        using var trainer = new Trainer(network, new Sgd(0.1f));
        trainer.Fit(new Toy(), Batch, 10);
        var folded = trainer.ToInference(new Toy(), Batch);
        Assert.Single(folded.Network.Nodes, node => node.Layer is ChannelAffine);
        PlanCheck.Close("predictions", PlanCheck.Doubles(folded.Predict(new Toy())), PlanCheck.Doubles(trainer.ToModel().Predict(new Toy())), bound: 2e-6);
    }

    [Fact]
    public void A_prediction_does_not_depend_on_the_rest_of_the_batch()
    {
        using var trainer = Trained();
        var model = trainer.ToInference(new Toy(), Batch);
        var together = model.Predict(new Toy());
        var input = new float[37];
        for (var i = 0; i < 100; i += 17)
        {
            new Toy().CopyInput(i, input);
            Assert.Equal(together.AsSpan(i * 3, 3).ToArray(), model.Predict(input));
        }
    }

    [Fact]
    public void Population_statistics_that_are_asked_for_too_early_are_refused()
    {
        using var trainer = Trained();
        var message = Assert.Throws<InvalidOperationException>(() => trainer.Evaluate(new Toy(), StatisticsSource.Population)).Message;
        Assert.Contains("batchNorm1", message, StringComparison.Ordinal);
        Assert.Contains("estimate them", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Moving_averages_follow_their_formula_and_the_report_compares_them()
    {
        using var trainer = new Trainer(Network, new Sgd(1e-30f), 1);
        trainer.Fit(new Toy(20), Batch, 3);
        trainer.EstimatePopulation(new Toy(20), Batch);
        // One and the same batch thrice, with weights that stay: 1 - 0.9^3 of the way from the start to the population.
        var moving = trainer.State.Statistic("batchNorm1.movingMean");
        var population = trainer.State.Statistic("batchNorm1.populationMean");
        for (var c = 0; c < moving.Length; c++)
            Assert.Equal((1 - 0.9 * 0.9 * 0.9) * population[c], moving[c], 6);
        Assert.Equal(3, trainer.State.Statistic("batchNorm1.updates")[0]);
        var row = Assert.Single(StatisticsReport.Compare(trainer.State));
        Assert.Equal("batchNorm1", row.Layer);
        Assert.True(row.MeanShift > 0.1);
    }

    private static Trainer Trained()
    {
        var trainer = new Trainer(Network, new Sgd(0.3f), 1);
        trainer.Fit(new Toy(), Batch, 40);
        return trainer;
    }

    private static double[] Inputs(int first, ulong seed)
    {
        var data = new Toy(110);
        var order = new int[data.Count];
        EpochOrder.Fill(order, seed, 0);
        var x = new float[Batch * 37];
        for (var i = 0; i < Batch; i++)
            data.CopyInput(order[first + i], x.AsSpan(i * 37, 37));
        return PlanCheck.Doubles(x);
    }

    /// <summary>Three batches of 20 maps and seven left over; every channel has its own mean and deviation.</summary>
    private sealed class Maps : IExamples
    {
        public int Count => 67;

        public Shape Shape => new(4, 3, 5);

        public int Classes => 2;

        public int Label(int index) => index % 2;

        public void CopyInput(int index, Span<float> destination)
        {
            var random = new Philox(4, RandomPurpose.Experiment, (ulong)index);
            for (var i = 0; i < destination.Length; i++)
                destination[i] = (float)(i % 5 - 2 + (1 + i % 5) * random.NextNormal());
        }
    }
}
