using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Normalization;

public sealed class WhiteningPopulationTests : IDisposable
{
    private const int Batch = 20;

    private readonly string folder = Directory.CreateTempSubdirectory("batchwise-").FullName;

    private static readonly Network Network = Batchwise.Network.Input(37)
        .Dense(11).Then(new ZcaWhitening { GroupSize = 8 }).Sigmoid().Dense(10).Then(new IterativeNormalization { GroupSize = 4 }).Tanh().Dense(3);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Population_statistics_are_averages_of_unbiased_covariances()
    {
        using var trainer = Trained(Network);
        trainer.EstimatePopulation(new Toy(100), Batch);
        var reference = new ReferenceNetwork(Network, Batch, NetworkMode.Statistics);
        reference.Load(trainer.State);
        var groups = new WhiteningGroups(11, 8);
        var (variance, covariance) = (new double[11], new double[groups.Pairs]);
        for (var batch = 0; batch < 5; batch++)
        {
            reference.Forward(Inputs(batch * Batch, trainer.Seed), Batch);
            var z = reference.Pass(Network["zcaWhitening1"]).Input().ToArray();
            for (var group = 0; group < groups.Count; group++)
            {
                var sigma = WhiteningTests.Covariance(z, groups, group);
                var pair = groups.FirstPair(group);
                for (var i = 0; i < groups.Size(group); i++)
                {
                    variance[groups.First(group) + i] += sigma[i * 16 + i] / 5 * Batch / (Batch - 1);
                    for (var j = 0; j < i; j++)
                        covariance[pair++] += sigma[i * 16 + j] / 5 * Batch / (Batch - 1);
                }
            }
        }
        PlanCheck.Close("variance", trainer.State.Statistic("zcaWhitening1.populationVariance"), variance);
        PlanCheck.Close("covariance", trainer.State.Statistic("zcaWhitening1.populationCovariance"), covariance);
        Assert.Equal(["zcaWhitening1", "iterativeNormalization1"], StatisticsReport.Compare(trainer.State).Select(row => row.Layer));
    }

    [Fact]
    public void Layer_by_layer_freezes_the_other_whitenings()
    {
        using var trainer = Trained(Network);
        trainer.EstimatePopulation(new Toy(), Batch);
        var (first, second) = (trainer.State.Statistic("zcaWhitening1.populationCovariance").ToArray(), trainer.State.Statistic("iterativeNormalization1.populationMean").ToArray());
        trainer.EstimatePopulation(new Toy(), Batch, layerByLayer: true);
        Assert.Equal(first, trainer.State.Statistic("zcaWhitening1.populationCovariance").ToArray());
        Assert.NotEqual(second, trainer.State.Statistic("iterativeNormalization1.populationMean").ToArray());
    }

    [Theory]
    [InlineData(StatisticsSource.PopulationElseMoving)]
    [InlineData(StatisticsSource.Moving)]
    public void Folding_leaves_no_whitening_and_the_same_predictions(StatisticsSource source)
    {
        using var trainer = Trained(Network);
        if (source != StatisticsSource.Moving)
            trainer.EstimatePopulation(new Toy(), Batch);
        var model = trainer.ToModel();
        var folded = model.Fold(source);
        Assert.DoesNotContain(folded.Network.Nodes, node => node.Layer is Whitening);
        Assert.Equal(3, folded.Network.Nodes.Count(node => node.Layer is Dense));
        PlanCheck.Close("predictions", PlanCheck.Doubles(folded.Predict(new Toy())), PlanCheck.Doubles(model.Predict(new Toy())), bound: 5e-6);
    }

    [Fact]
    public void A_whitening_that_no_layer_can_take_becomes_a_dense_layer()
    {
        var network = Batchwise.Network.Input(37).Then(new ZcaWhitening { GroupSize = 15 }).Dense(3);
        using var trainer = Trained(network);
        trainer.EstimatePopulation(new Toy(), Batch);
        var model = trainer.ToModel();
        var folded = model.Fold();
        Assert.Equal(["zcaWhitening1", "dense1"], folded.Network.Nodes.Where(node => node.Layer is Dense).Select(folded.Network.NameOf));
        PlanCheck.Close("predictions", PlanCheck.Doubles(folded.Predict(new Toy())), PlanCheck.Doubles(model.Predict(new Toy())), bound: 5e-6);
    }

    [Fact]
    public void A_whitening_of_maps_folds_into_a_convolution_or_becomes_one()
    {
        var network = Batchwise.Network.Input(2, 3, 4).Then(new ZcaWhitening()).Tanh()
            .Convolution(6, 3, bias: false).Then(new ZcaWhitening { GroupSize = 4 }).Tanh()
            .Convolution(6, 3, groups: 2).Then(new ZcaWhitening { GroupSize = 4 }).Flatten().Dense(2);
        var state = Execution.RandomState.Of(network);
        var folded = Folding.Fold(state);
        // The grouped one cannot take a map that mixes its groups.
        Assert.Equal(
            ["zcaWhitening1", "convolution1", "convolution2", "zcaWhitening3"],
            folded.Network.Nodes.Where(node => node.Layer is Convolution).Select(folded.Network.NameOf));
        double[] Output(NetworkState of)
        {
            var reference = new ReferenceNetwork(of.Network, 5, NetworkMode.Inference);
            reference.Load(of);
            return reference.Forward(Networks.Numbers.Normal(5 * 24, stream: 3), 5).ToArray();
        }
        PlanCheck.Close("outputs", Output(folded), Output(state), bound: 5e-6);
    }

    [Fact]
    public void Population_statistics_that_are_asked_for_too_early_are_refused()
    {
        using var trainer = Trained(Network);
        var message = Assert.Throws<InvalidOperationException>(() => trainer.Evaluate(new Toy(), StatisticsSource.Population)).Message;
        Assert.Contains("'zcaWhitening1' has no population statistics yet", message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => Folding.Fold(trainer.State, StatisticsSource.Population));
    }

    [Fact]
    public void A_whitened_network_learns()
    {
        using var trainer = Trained(Network);
        trainer.EstimatePopulation(new Toy(), Batch);
        Assert.InRange(trainer.Evaluate(new Toy(), StatisticsSource.Population).Accuracy, 0.95, 1);
        Assert.InRange(trainer.Evaluate(new Toy()).Accuracy, 0.9, 1);
    }

    [Fact]
    public void A_model_comes_back_from_its_file_as_it_was()
    {
        using var trainer = Trained(Network);
        trainer.EstimatePopulation(new Toy(), Batch);
        var model = trainer.ToModel();
        var path = Path.Combine(folder, "model.safetensors");
        model.Save(path);
        var read = Model.Load(path);
        Assert.Equal(model.Network.ToString(), read.Network.ToString());
        foreach (var name in model.State.StatisticNames)
            Assert.Equal(model.State.Statistic(name).ToArray(), read.State.Statistic(name).ToArray());
        Assert.Equal(model.Predict(new Toy()), read.Predict(new Toy()));
    }

    private static Trainer Trained(Network network)
    {
        var trainer = new Trainer(network, new Sgd(0.3f), 1);
        trainer.Fit(new Toy(), Batch, 60);
        return trainer;
    }

    private static double[] Inputs(int first, ulong seed)
    {
        var data = new Toy(100);
        var order = new int[data.Count];
        EpochOrder.Fill(order, seed, 0);
        var x = new float[Batch * 37];
        for (var i = 0; i < Batch; i++)
            data.CopyInput(order[first + i], x.AsSpan(i * 37, 37));
        return PlanCheck.Doubles(x);
    }
}
