using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Normalization;

/// <summary>What layer, group and instance normalization have in common: samples have nothing to do with each other.</summary>
[Trait("leg", "instruction-set")]
public class SampleNormalizationTests
{
    private const int Count = 37;

    private static readonly Network Map = Network.Input(5, 3, 12);

    private static readonly Dictionary<string, Network> Networks = new()
    {
        ["layer, vectors"] = Network.Input(45).Then(new LayerNormalization()).Tanh(),
        ["layer, maps"] = Map.Then(new LayerNormalization()).Relu(),
        ["group, vectors"] = Network.Input(45).Then(new GroupNormalization(5)),
        ["group, maps"] = Map.Then(new GroupNormalization(4)).Sigmoid(),
        ["instance"] = Map.Then(new InstanceNormalization()).LeakyRelu(),
    };

    /// <summary>Every kernel of this kind in one network that can be trained.</summary>
    private static Network Trainable => Network.Input(37)
        .Dense(12).Then(new GroupNormalization(3)).Prelu().Dropout(0.1).Dense(8).Then(new LayerNormalization()).Relu().Then(new ChannelAffine()).Prelu().Dense(3);

    public static TheoryData<string> Names => [.. Networks.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sample_has_the_same_bits_in_any_company_and_mode(string name)
    {
        var network = Networks[name];
        var size = network.InputShape.Size;
        var all = RunCase.Of(network, Count);
        var together = all.ByPlan().Output;
        Assert.Equal(together, (all with { Mode = NetworkMode.Inference }).ByPlan(capacity: Count + 5).Output);
        Assert.Equal(together, (all with { Mode = NetworkMode.Statistics }).ByPlan().Output);
        for (var sample = 0; sample < Count; sample += 9)
        {
            var alone = all with { X = all.X[(sample * size)..((sample + 1) * size)], Count = 1, Mode = NetworkMode.Inference };
            Assert.Equal(together[(sample * size)..((sample + 1) * size)], alone.ByPlan().Output);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_mean_of_a_million_deviations_costs_no_accuracy(string name)
    {
        var run = RunCase.Of(Networks[name], Count, NetworkMode.Inference);
        run = run with { X = Array.ConvertAll(run.X, value => (float)(1e4 + 1e-2 * value)) };
        PlanCheck.Close("output", run.ByPlan().Output, run.ByReference().Output);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_have_the_same_bits_in_any_order_of_tasks(string name)
    {
        // As many samples as make blocks of several.
        var run = RunCase.Of(Networks[name], 70);
        var expected = run.ByPlan();
        using var pool = new WorkerPool(3);
        foreach (var executor in new IExecutor[] { new SerialExecutor(3, 1), new SerialExecutor(4, 2), pool })
        {
            var actual = run.ByPlan(executor: executor);
            Assert.Equal(expected.Output, actual.Output);
            Assert.All(expected.Gradients, entry => Assert.Equal(entry.Value, actual.Gradients[entry.Key]));
        }
    }

    [Fact]
    public void A_training_run_has_the_same_bits_on_any_number_of_threads()
    {
        var expected = Train(new SerialExecutor());
        Assert.Equal(expected, Train(new SerialExecutor(3, 5)));
        using var pool = new WorkerPool(2);
        Assert.Equal(expected, Train(pool));
    }

    [Fact]
    public void A_warm_step_allocates_nothing() => WarmStep.AllocatesNothing(Trainable);

    [Fact]
    public void It_learns_and_folding_leaves_it_as_it_is()
    {
        var network = Network.Input(37).Dense(12, bias: false).BatchNormalization().Then(new LayerNormalization()).Sigmoid().Dense(3);
        using var trainer = new Trainer(network, new Sgd(0.2f, 0.9f), 1, threads: 1);
        trainer.Fit(new Toy(), 20, 100);
        var model = trainer.ToInference(new Toy());
        Assert.DoesNotContain(model.Network.Nodes, node => node.Layer is BatchNormalization);
        Assert.Contains(model.Network.Nodes, node => node.Layer is LayerNormalization);
        Assert.InRange(model.Evaluate(new Toy()).Accuracy, 0.95, 1);
        Assert.Equal(trainer.State.Parameter("layerNorm1.gamma"), model.State.Parameter("layerNorm1.gamma"));
    }

    private static float[] Train(IExecutor executor)
    {
        using var trainer = new Trainer(NetworkState.Create(Trainable, 1), new Sgd(0.1f, 0.9f), 4, null, executor);
        trainer.Fit(new Toy(), 20, 25);
        return trainer.State.Memory.Span(0, (int)trainer.State.Memory.Length).ToArray();
    }
}
