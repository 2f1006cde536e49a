using Batchwise.Tests.Execution;
using Batchwise.Tests.Networks;

namespace Batchwise.Tests.Normalization;

/// <summary>What every normalization of channels can do: train fused, be estimated, folded, filed and inserted.</summary>
public class RelativesTests
{
    private const int Batch = 20;

    public static TheoryData<string> Names => Relatives.Names;

    [Fact]
    public void None_of_the_library_is_left_out() => Assert.Empty(
        typeof(Layer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ChannelNormalization))).Except(Relatives.All.Values.Select(layer => layer.GetType())));

    [Theory, MemberData(nameof(Names))]
    public void It_runs_in_the_fused_kernels(string name)
    {
        var layer = Relatives.All[name];
        var vectors = Compiled(Network.Input(37).Dense(11, bias: false).Then(layer).Sigmoid().Dense(3));
        var maps = Compiled(Network.Input(5, 3, 7).Then(layer).Relu());
        Assert.DoesNotContain("reference", vectors, StringComparison.Ordinal);
        // Ghost batches of maps have no kernel yet, and say so.
        Assert.Equal(layer is GhostBatchNormalization, maps.Contains("reference", StringComparison.Ordinal));
        Assert.Equal(Groups(Network.Input(37).Dense(11, bias: false).Sigmoid().Dense(3)), Groups(Network.Input(37).Dense(11, bias: false).Then(layer).Sigmoid().Dense(3)));

        static string Compiled(Network network) => Plan.Compile(NetworkState.Create(network, 1), NetworkMode.Training, 20, StandardLayers.Catalogue).ToString();
        static int Groups(Network network) => Plan.Compile(NetworkState.Create(network, 1), NetworkMode.Training, 20, StandardLayers.Catalogue).Groups;
    }

    [Theory, MemberData(nameof(Names))]
    public void It_is_trained_estimated_reported_folded_and_filed(string name)
    {
        var layer = Relatives.All[name];
        using var trainer = new Trainer(Network.Input(37).Dense(11).Sigmoid().Dense(9).Sigmoid().Dense(3).WithNormalization(layer), new Sgd(0.1f), 1);
        var before = trainer.Evaluate(new Toy()).Loss;
        trainer.Fit(new Toy(), Batch, 60);
        Assert.True(trainer.Evaluate(new Toy()).Loss < before);
        trainer.EstimatePopulation(new Toy(), Batch);
        trainer.EstimatePopulation(new Toy(), Batch, layerByLayer: true);
        Assert.Equal(layer is AffineOnly ? 0 : 2, StatisticsReport.Compare(trainer.State).Length);
        Assert.Equal(layer is AffineOnly ? [] : new[] { "channel", "channel" },
            trainer.State.StatisticNames.Where(statistic => statistic.EndsWith("populationMean", StringComparison.Ordinal)).Select(statistic =>
                trainer.State.Statistic(statistic).Contains(double.NaN) ? "not estimated" : "channel"));

        var model = trainer.ToModel();
        var folded = model.Fold();
        Assert.DoesNotContain(folded.Network.Nodes, node => node.Layer is ChannelNormalization or ChannelAffine);
        PlanCheck.Close("predictions", PlanCheck.Doubles(folded.Predict(new Toy())), PlanCheck.Doubles(model.Predict(new Toy())), bound: 2e-6);

        var path = Path.Combine(Path.GetTempPath(), $"batchwise-{Guid.NewGuid():N}.safetensors");
        try
        {
            model.Save(path);
            var loaded = Model.Load(path, Relatives.Registry);
            Assert.Equal(model.Network.Nodes.Select(node => node.Layer), loaded.Network.Nodes.Select(node => node.Layer));
            Assert.Equal(model.Predict(new Toy()), loaded.Predict(new Toy()));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Folded_where_no_weights_can_take_it_it_computes_the_same(string name)
    {
        FoldingAgrees(Network.Input(5, 3, 7).Then(Relatives.All[name]).Tanh());
        FoldingAgrees(Network.Input(13).Then(Relatives.All[name]));
    }

    [Fact]
    public void So_does_batch_normalization_of_each_activation() =>
        FoldingAgrees(Network.Input(5, 3, 7).BatchNormalization(new() { PerActivation = true }).Tanh());

    [Theory, MemberData(nameof(Names))]
    public void A_run_has_the_same_bits_on_any_number_of_threads(string name)
    {
        var network = Network.Input(37).Dense(45).Sigmoid().Dense(19).Relu().Dense(3).WithNormalization(Relatives.All[name])
            .WithNormalization(new ActivationNoise(), activation => activation == "relu1");
        var expected = Train(new SerialExecutor());
        AssertSame(Train(new SerialExecutor(3, 5)));
        using var pool = new WorkerPool(3);
        AssertSame(Train(pool));

        NetworkState Train(IExecutor executor)
        {
            using var trainer = new Trainer(NetworkState.Create(network, 1), new Sgd(0.1f, 0.9f), 4, null, executor);
            trainer.Fit(new Toy(), Batch, 12);
            return trainer.State;
        }

        void AssertSame(NetworkState actual)
        {
            foreach (var parameter in expected.ParameterNames)
                Assert.True(expected.Parameter(parameter).SequenceEqual(actual.Parameter(parameter)), $"{parameter} differs");
            foreach (var statistic in expected.StatisticNames)
                Assert.True(expected.Statistic(statistic).SequenceEqual(actual.Statistic(statistic)), $"{statistic} differs");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void A_warm_step_allocates_nothing(string name)
    {
        var network = Network.Input(37).Dense(45).Sigmoid().Dense(3).WithNormalization(Relatives.All[name]);
        using var trainer = new Trainer(NetworkState.Create(network, 1), new Sgd(0.01f), 1, null, new SerialExecutor());
        trainer.Prepare(Batch);
        void Steps(int count)
        {
            for (var i = 0; i < count; i++)
                trainer.TakeStep(Batch);
        }
        Steps(50);
        Assert.Equal(0, Allocation.Least(() => Steps(50)));
    }

    [Theory]
    [InlineData("batch norm", false)]
    [InlineData("renorm", false)]
    [InlineData("ghost", false)]
    [InlineData("mean only", false)]
    [InlineData("detached", false)]
    [InlineData("a user's own", false)]
    [InlineData("variance only", true)]
    [InlineData("moving average", true)]
    [InlineData("affine only", true)]
    public void Insertion_drops_the_bias_only_where_the_mean_is_taken_out_again(string name, bool stays)
    {
        var layer = Relatives.All[name];
        var network = Network.Input(5).Dense(4).Sigmoid().Dense(3).WithNormalization(layer);
        NetworkVerifier.Verify(network);
        Assert.Equal(layer, network["sigmoid1"].Inputs[0].Layer);
        Assert.Equal([stays, true], network.Nodes.Select(node => node.Layer).OfType<Dense>().Select(dense => dense.Bias));
        Assert.Equal(layer.SubsumesBias, !stays);
        // What the layer says of itself holds: a constant before it has no effect on the output, or it has.
        if (layer is AffineOnly or BatchRenormalization)
            return;
        var (one, other) = (Output(0), Output(2.5));
        Assert.Equal(stays, Numbers.RelativeError(one, other) > 1e-6);

        double[] Output(double constant)
        {
            var reference = References.Random(Network.Input(4).Then(layer), 8);
            return reference.Forward([.. Numbers.Normal(8 * 4, 1).Select(value => value + constant)], 8).ToArray();
        }
    }

    [Fact]
    public void Any_layer_can_be_inserted_behind_a_normalization_but_no_second_one()
    {
        var network = Network.Input(5).Dense(4).Sigmoid().Dense(4).Relu().Dense(3).WithBatchNormalization();
        var noisy = network.WithNormalization(new ActivationNoise(), name => name == "relu1");
        Assert.IsType<BatchNormalization>(noisy["sigmoid1"].Inputs[0].Layer);
        Assert.IsType<ActivationNoise>(noisy["relu1"].Inputs[0].Layer);
        Assert.IsType<BatchNormalization>(noisy["relu1"].Inputs[0].Inputs[0].Layer);
        Assert.Contains("'sigmoid1' is normalized already",
            Assert.Throws<ArgumentException>(() => network.WithNormalization(new MeanOnlyNormalization())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_without_statistics_takes_a_batch_of_one_and_any_source()
    {
        var state = NetworkState.Create(Network.Input(3).Then(new AffineOnly()), 1);
        Assert.Empty(state.StatisticNames);
        Plan.Compile(state, NetworkMode.Training, 4, StandardLayers.Catalogue).Run(new SerialExecutor(), 1);
        Folding.Fold(state, StatisticsSource.Population);
    }

    private static void FoldingAgrees(Network network)
    {
        var state = RandomState.Of(network);
        var variances = 0;
        foreach (var name in state.StatisticNames.Where(name => !name.EndsWith("updates", StringComparison.Ordinal)))
        {
            var isVariance = name.EndsWith("ariance", StringComparison.Ordinal);
            variances += isVariance ? 1 : 0;
            var values = Numbers.Normal(state.Statistic(name).Length, (ulong)name.Length);
            for (var i = 0; i < values.Length; i++)
                state.Statistic(name)[i] = isVariance ? 0.3 + values[i] * values[i] : values[i];
        }
        Assert.Equal(state.StatisticNames.Any() ? 2 : 0, variances);
        var folded = Folding.Fold(state);
        Assert.DoesNotContain(folded.Network.Nodes, node => node.Layer is ChannelNormalization);
        var x = Numbers.Normal(9 * network.InputShape.Size, 1);
        Numbers.AssertClose(Output(state), Output(folded), 1e-6);

        double[] Output(NetworkState of)
        {
            var reference = new ReferenceNetwork(of.Network, 9, NetworkMode.Inference);
            reference.Load(of);
            return reference.Forward(x, 9).ToArray();
        }
    }
}
