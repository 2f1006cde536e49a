using Batchwise.Tests.Networks;

namespace Batchwise.Tests.Execution;

[Trait("leg", "instruction-set")]
public class PlanTests
{
    private static readonly Network Vector = Network.Input(13);

    private static readonly Network Map = Network.Input(5, 3, 7);

    private static readonly Dictionary<string, Network> Cases = new()
    {
        ["the MNIST network, normalized"] = Mnist(normalized: true),
        ["the MNIST network, plain"] = Mnist(normalized: false),
        ["normalized input"] = Vector.BatchNormalization().Dense(6).Tanh(),
        ["normalization without a function"] = Vector.Dense(9, bias: false).BatchNormalization().Dense(4),
        ["normalization behind a bias"] = Vector.Dense(9).BatchNormalization().Relu().Dense(4),
        ["frozen normalization"] = Vector.Dense(9, bias: false).BatchNormalization(new() { UseBatchStatistics = false }).Sigmoid(),
        ["cumulative average"] = Vector.Dense(40, bias: false).BatchNormalization(new() { CumulativeAverage = true }).LeakyRelu(0.2).Dense(3),
        ["no update of statistics"] = Vector.Dense(40, bias: false).BatchNormalization(new() { UpdateStatistics = false }).Tanh(),
        ["maps, rectified"] = Map.BatchNormalization().Relu().Flatten().Dense(5),
        ["maps, sigmoid"] = Map.BatchNormalization().Sigmoid(),
        ["maps, frozen"] = Map.BatchNormalization(new() { UseBatchStatistics = false }).Tanh(),
        ["maps, two consumers"] = Network.Join(new Sum(), Map.BatchNormalization().Relu(), Map.BatchNormalization().LeakyRelu()).Flatten().Dense(2),
        ["functions standing alone"] = Network.Join(new Sum(), Vector.Sigmoid(), Vector.Tanh(), Vector.Relu(), Vector.LeakyRelu()),
        ["prelu"] = Vector.Dense(17).Prelu().Dense(3),
        ["dropout"] = Vector.Dense(33).Relu().Dropout(0.4).Dense(5),
        ["weight normalization"] = Vector.Dense(37).Tanh().Dense(6, bias: false).WithWeightNormalization(),
        ["weight normalization on a flattened map"] = Map.Flatten().Dense(16).Relu().Dense(3).WithWeightNormalization(),
        ["weight standardization"] = Vector.Dense(37).Tanh().Dense(6).WithWeightStandardization(),
        ["weight normalization and batch normalization"] = Mnist(normalized: true).WithWeightNormalization(),
        ["weight standardization and batch normalization"] = Mnist(normalized: true).WithWeightStandardization(new() { Epsilon = 1e-3 }),
        ["more inputs than float32 sums take, reparameterized"] = Network.Input(1500).Dense(5).WithWeightNormalization().Dense(5).WithWeightStandardization(where: name => name == "dense2"),
        ["several consumers"] = Branches(),
        ["a user's own layer"] = Map.Then(new Swish()).Flatten().Dense(3),
        ["folded normalization"] = Vector.Then(new ChannelAffine()).Dense(4),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_plan_computes_what_the_references_compute(string name)
    {
        // Not 2: a normalization over two values takes all there is out of a gradient, and leaves rounding.
        foreach (var count in new[] { 5, 16, 61 })
            PlanCheck.TrainingAgrees(Cases[name], count);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void So_does_a_plan_of_references_alone(string name) => PlanCheck.TrainingAgrees(Cases[name], 5, Catalogue.Reference);

    [Theory]
    [MemberData(nameof(Names))]
    public void Inference_and_statistics_plans_agree_too(string name)
    {
        PlanCheck.InferenceAgrees(Cases[name], 1, NetworkMode.Inference);
        PlanCheck.InferenceAgrees(Cases[name], 33, NetworkMode.Inference);
        PlanCheck.InferenceAgrees(Cases[name], 33, NetworkMode.Statistics);
    }

    [Fact]
    public void More_rows_than_float32_sums_take_agree() => PlanCheck.TrainingAgrees(Vector.Dense(5, bias: false).BatchNormalization().Sigmoid(), 2500);

    [Fact]
    public void A_large_mean_costs_no_accuracy() =>
        // The mean is a thousand deviations: what the moments' bound is stated for.
        PlanCheck.TrainingAgrees(Network.Input(4, 4, 9).BatchNormalization().Sigmoid(), 20, offset: 1000);

    [Fact]
    public void Batch_normalization_adds_no_barrier_to_the_training_step()
    {
        static int Groups(bool normalized) => new TrainingPlan(NetworkState.Create(Mnist(normalized), 1), new Sgd(0.1f), Loss.SoftmaxCrossEntropy, [], 60).Plan.Groups;
        Assert.Equal(Groups(normalized: false), Groups(normalized: true));
    }

    [Fact]
    public void A_plan_refuses_more_samples_than_its_capacity()
    {
        var plan = Plan.Compile(NetworkState.Create(Vector.Dense(2), 1), NetworkMode.Inference, 4, StandardLayers.Catalogue);
        Assert.Contains("1 to 4", Assert.Throws<ArgumentOutOfRangeException>(() => plan.Run(new SerialExecutor(), 5)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_value_per_channel_is_refused_in_training_and_fine_in_inference()
    {
        var network = Vector.Dense(3, bias: false).BatchNormalization().Relu();
        var state = NetworkState.Create(network, 1);
        var training = Plan.Compile(state, NetworkMode.Statistics, 4, StandardLayers.Catalogue);
        var message = Assert.Throws<InvalidOperationException>(() => training.Run(new SerialExecutor(), 1)).Message;
        Assert.Contains("batchNorm1", message, StringComparison.Ordinal);
        Assert.Contains("[3]", message, StringComparison.Ordinal);
        Assert.Contains("UseBatchStatistics = false", message, StringComparison.Ordinal);
        Plan.Compile(state, NetworkMode.Inference, 4, StandardLayers.Catalogue).Run(new SerialExecutor(), 1);
    }

    private static Network Mnist(bool normalized)
    {
        var network = Network.Input(28, 28, 1).Flatten().Dense(100).Sigmoid().Dense(100).Sigmoid().Dense(100).Sigmoid().Dense(10);
        return normalized ? network.WithBatchNormalization() : network;
    }

    private static Network Branches()
    {
        var trunk = Vector.Dense(21).Tanh();
        var left = trunk.Dense(8, bias: false).BatchNormalization().Sigmoid();
        var joined = Network.Join(new Sum(), left, trunk.Dense(8).LeakyRelu(0.1), left);
        return Network.Join(new Sum(), joined.Dense(3), trunk.Dense(3));
    }
}
