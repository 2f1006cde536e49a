using Batchwise.Tests.Networks;
using Batchwise.Tests.Normalization;

namespace Batchwise.Tests.Execution;

[Trait("leg", "instruction-set")]
public class PlanTests
{
    private static readonly Network Vector = Network.Input(13);

    private static readonly Network Map = Network.Input(5, 3, 7);

    internal static readonly Dictionary<string, Network> Cases = new()
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
        ["ZCA whitening"] = Vector.Dense(20, bias: false).Then(new ZcaWhitening { GroupSize = 4 }).Sigmoid().Dense(4),
        ["ZCA whitening of maps, rectified"] = Map.Then(new ZcaWhitening { GroupSize = 4 }).Relu().Flatten().Dense(5),
        ["ZCA whitening, frozen"] = Vector.Dense(20).Then(new ZcaWhitening { UseBatchStatistics = false }).Tanh(),
        ["ZCA whitening, cumulative"] = Vector.Then(new ZcaWhitening { GroupSize = 1, CumulativeAverage = true }).Dense(3),
        ["iterative normalization"] = Vector.Dense(19).Then(new IterativeNormalization { GroupSize = 4 }).LeakyRelu(0.2).Dense(4),
        ["iterative normalization of maps"] = Map.Then(new IterativeNormalization { UpdateStatistics = false }),
        ["whitening with two consumers"] = Network.Join(
            new Sum(), Vector.Dense(9).Then(new ZcaWhitening { GroupSize = 3 }).Relu(), Vector.Dense(9).Then(new IterativeNormalization { GroupSize = 3 })),
        ["functions standing alone"] = Network.Join(new Sum(), Vector.Sigmoid(), Vector.Tanh(), Vector.Relu(), Vector.LeakyRelu()),
        ["prelu"] = Vector.Dense(17).Prelu().Dense(3),
        ["prelu without a bias before it"] = Vector.Dense(37, bias: false).Prelu().Dense(3),
        ["prelu standing alone"] = Network.Join(new Sum(), Vector.Prelu(), Vector.Prelu().Tanh()),
        ["prelu behind normalization"] = Vector.Dense(19, bias: false).BatchNormalization().Prelu().Dense(4),
        ["prelu behind normalization of a bias"] = Network.Join(new Sum(), Vector.Dense(35).BatchNormalization().Prelu(), Vector.Dense(35)),
        ["prelu behind frozen normalization"] = Vector.BatchNormalization(new() { UseBatchStatistics = false }).Prelu().Dense(3),
        ["prelu on maps"] = Network.Join(new Sum(), Map.Prelu(), Map.Tanh().Prelu()).Prelu().Flatten().Dense(3),
        ["elu behind vectors"] = BehindVectors(network => network.Elu(0.7)),
        ["elu behind maps"] = BehindMaps(network => network.Elu(0.7)),
        ["gelu behind vectors"] = BehindVectors(network => network.Gelu()),
        ["gelu behind maps"] = BehindMaps(network => network.Gelu()),
        ["gelu by the tangent behind vectors"] = BehindVectors(network => network.Gelu(approximate: true)),
        ["gelu by the tangent behind maps"] = BehindMaps(network => network.Gelu(approximate: true)),
        ["silu behind vectors"] = BehindVectors(network => network.Silu()),
        ["silu behind maps"] = BehindMaps(network => network.Silu()),
        ["hard sigmoid behind vectors"] = BehindVectors(network => network.HardSigmoid()),
        ["hard sigmoid behind maps"] = BehindMaps(network => network.HardSigmoid()),
        ["hard swish behind vectors"] = BehindVectors(network => network.HardSwish()),
        ["hard swish behind maps"] = BehindMaps(network => network.HardSwish()),
        ["clip behind vectors"] = BehindVectors(network => network.Clip(-0.9, 1.3)),
        ["clip behind maps"] = BehindMaps(network => network.Clip(-0.9, double.PositiveInfinity)),
        ["functions on maps"] = Network.Join(new Sum(), Map.Sigmoid(), Map.Tanh(), Map.Relu(), Map.LeakyRelu()),
        ["dropout"] = Vector.Dense(33).Relu().Dropout(0.4).Dense(5),
        ["dropout on maps"] = Network.Join(new Sum(), Map.Dropout(0.3), Map.Tanh().Dropout(0.6)).Flatten().Dense(4),
        ["dropout at both ends"] = Vector.Dropout(0.2).Dense(6).Dropout(0),
        ["layer normalization"] = Vector.Dense(21).Then(new LayerNormalization()).Tanh().Dense(4),
        ["layer normalization, rectified"] = Vector.Then(new LayerNormalization()).Relu().Dense(33).Then(new LayerNormalization()).LeakyRelu(0.2),
        ["layer normalization of maps"] = Map.Then(new LayerNormalization()).Sigmoid().Flatten().Dense(3),
        ["layer normalization, two consumers"] = Network.Join(new Sum(), Vector.Then(new LayerNormalization()), Vector.Then(new LayerNormalization()).Relu()),
        ["group normalization"] = Network.Input(12).Dense(18).Then(new GroupNormalization(3)).Sigmoid().Dense(4),
        ["group normalization of maps"] = Network.Input(5, 3, 8).Then(new GroupNormalization(4)).LeakyRelu(0.2).Flatten().Dense(3),
        ["group normalization in one group"] = Network.Join(new Sum(), Map.Then(new GroupNormalization(1)).Tanh(), Map.Tanh()),
        ["instance normalization"] = Network.Join(new Sum(), Map.Then(new InstanceNormalization()).Tanh(), Map.Then(new InstanceNormalization())),
        ["channel affine on maps"] = Network.Join(new Sum(), Map.Then(new ChannelAffine()).Relu(), Map.Then(new ChannelAffine())).Flatten().Dense(3),
        ["channel affine, activated"] = Vector.Dense(20).Then(new ChannelAffine()).Tanh().Dense(4),
        ["flattened and normalized"] = Map.Flatten().BatchNormalization().Tanh(),
        ["flattened twice over"] = Network.Join(new Sum(), Map.Tanh().Flatten().Dense(5), Map.Tanh().Flatten().Sigmoid().Dense(5)),
        ["a map that is flattened and used"] = Flattened(),
        ["weight normalization"] = Vector.Dense(37).Tanh().Dense(6, bias: false).WithWeightNormalization(),
        ["weight normalization on a flattened map"] = Map.Flatten().Dense(16).Relu().Dense(3).WithWeightNormalization(),
        ["weight standardization"] = Vector.Dense(37).Tanh().Dense(6).WithWeightStandardization(),
        ["weight normalization and batch normalization"] = Mnist(normalized: true).WithWeightNormalization(),
        ["weight standardization and batch normalization"] = Mnist(normalized: true).WithWeightStandardization(new() { Epsilon = 1e-3 }),
        ["more inputs than float32 sums take, reparameterized"] = Network.Input(1500).Dense(5).WithWeightNormalization().Dense(5).WithWeightStandardization(where: name => name == "dense2"),
        ["several consumers"] = Branches(),
        ["a user's own layer"] = Map.Then(new Swish()).Flatten().Dense(3),
        ["ghost batches"] = Vector.Dense(19, bias: false).Then(new GhostBatchNormalization { GhostSize = 8 }).Sigmoid().Dense(3),
        ["ghost batches of maps"] = Map.Then(new GhostBatchNormalization { GhostSize = 4 }).Tanh(),
        ["ghost batches, frozen"] = Vector.Dense(19, bias: false).Then(new GhostBatchNormalization { GhostSize = 4, UseBatchStatistics = false }).Tanh(),
        ["renormalization"] = Vector.Dense(19, bias: false).Then(Renormalization).Sigmoid().Dense(3),
        ["renormalization of maps"] = Map.Then(Renormalization).Tanh(),
        ["means alone"] = Vector.Dense(19, bias: false).Then(new MeanOnlyNormalization()).Sigmoid().Dense(3),
        ["means alone, maps"] = Map.Then(new MeanOnlyNormalization()).Relu(),
        ["variances alone"] = Vector.Dense(19).Then(new VarianceOnlyNormalization()).Sigmoid().Dense(3),
        ["variances alone, maps"] = Map.Then(new VarianceOnlyNormalization()).Tanh(),
        ["statistics outside the gradient"] = Vector.Dense(19, bias: false).Then(new DetachedNormalization()).Sigmoid().Dense(3),
        ["statistics outside the gradient, maps"] = Map.Then(new DetachedNormalization()).Tanh(),
        ["moving averages"] = Vector.Dense(19, bias: false).Then(new MovingAverageNormalization()).Sigmoid().Dense(3),
        ["moving averages, maps"] = Map.Then(new MovingAverageNormalization()).Tanh(),
        ["gamma and beta alone"] = Vector.Dense(19, bias: false).Then(new AffineOnly()).Sigmoid().Dense(3),
        ["gamma and beta alone, maps"] = Map.Then(new AffineOnly()).Tanh(),
        ["noise"] = Vector.Dense(19, bias: false).BatchNormalization().Then(new ActivationNoise()).Sigmoid().Dense(3),
        ["each activation of a map"] = Map.BatchNormalization(new() { PerActivation = true }).Tanh(),
        ["each activation of a convolution"] = Map.Convolution(6, 1, bias: false).BatchNormalization(new() { PerActivation = true }).Relu().Flatten().Dense(3),
        ["a user's own normalization"] = Vector.Dense(19, bias: false).Then(new PartialNormalization()).Sigmoid().Dense(3),
        ["a user's own normalization of maps"] = Map.Then(new PartialNormalization { Power = 0.3 }).Tanh(),
        ["convolution"] = Map.Convolution(6, 3).Convolution(5, 3, stride: 2, bias: false).Flatten().Dense(3),
        ["convolution, rectified"] = Map.Convolution(6, 3).Relu().Convolution(4, 1).Sigmoid(),
        ["convolution, two consumers"] = Network.Join(new Sum(), Map.Convolution(7, 3), Map).Relu(),
        ["convolution, normalized"] = Map.Convolution(6, 3).Relu().Convolution(20, 3, stride: 2).Sigmoid().Flatten().Dense(3).WithBatchNormalization(),
        ["convolution, parametric rectifier"] = Map.Convolution(6, 3).Prelu(),
        ["convolution, strided and dilated"] = Map.Then(new Convolution(5, new(2, 3) { StrideY = 2, DilationX = 2, Padding = new(1, 0, 2, 3) })).Tanh(),
        ["convolution in groups"] = Network.Input(6, 5, 8).Convolution(12, 3, groups: 4).Relu().Convolution(24, 3, groups: 12).Tanh(),
        ["pointwise convolution"] = Map.Convolution(33, 1).Tanh().Convolution(4, 1, bias: false),
        ["pointwise convolutions of one map"] = Inception(normalized: false),
        ["an inception module, normalized"] = Inception(normalized: true),
        ["convolution under weight normalization"] = Map.Convolution(6, 3).Relu().Convolution(4, 1).WithWeightNormalization(),
        ["convolution under weight standardization"] = Map.Convolution(6, 3, bias: false).BatchNormalization().Relu().Convolution(4, 1).WithWeightStandardization(),
        ["a residual block"] = Residual(),
        ["sums of maps"] = Network.Join(
            new Sum(), Network.Join(new Sum(), Map.Convolution(6, 3).Relu(), Map.Convolution(6, 1)).Tanh(),
            Network.Join(new Sum(), Map.Convolution(6, 3), Map.Convolution(6, 3).BatchNormalization().Relu())),
        ["a sum of pools and dropout"] = Network.Join(new Sum(), Map.Dropout(0.3), Map.MaxPool(3, 1, Padding.Same)).Relu().Flatten().Dense(3),
        ["a sum of what works on its gradient in place"] = Network.Join(new Sum(), Map.Convolution(7, 3), Map.Then(new ZcaWhitening { GroupSize = 4 })),
        ["a sum of samples normalized and not"] = Network.Join(new Sum(), Map.Then(new GroupNormalization(1)), Map.Convolution(7, 3).Prelu()).Relu(),
        ["a sum of what is normalized last"] = Network.Join(new Sum(), Map.Convolution(7, 1), Map.Convolution(7, 3).BatchNormalization()).LeakyRelu().Flatten().Dense(3),
        ["a sum of two that are normalized"] = Network.Join(new Sum(), Map.Convolution(7, 3).BatchNormalization(), Map.Convolution(7, 1).BatchNormalization()),
        ["a first convolution, normalized"] = Map.Convolution(21, 3, bias: false).BatchNormalization().LeakyRelu().Flatten().Dense(3),
        ["a first convolution, normalized twice over"] = Network.Join(
            new Sum(), Map.Convolution(21, 3, bias: false).BatchNormalization().Tanh(), Map.Convolution(21, 1, bias: false).BatchNormalization().Relu()),
        ["a sum with a normalized one, concatenated"] = Network.Join(
            new Concatenation(), Map.Convolution(3, 1), Network.Join(new Sum(), Map, Map.Convolution(7, 3).BatchNormalization()).Relu()),
        ["a concatenation of sums"] = Network.Join(
            new Concatenation(), Network.Join(new Sum(), Map.Convolution(7, 3), Map).Relu(), Network.Join(new Sum(), Map.Convolution(7, 1).BatchNormalization(), Map.Convolution(7, 1))),
        ["max pool"] = Map.Convolution(6, 3).BatchNormalization().Relu().MaxPool(3, 2, Padding.All(1)).Flatten().Dense(3),
        ["max pools"] = Network.Join(new Sum(), Map.Tanh().MaxPool(2, 2, ceilMode: true), Map.MaxPool(3, 2, Padding.All(1))),
        ["average pools"] = Network.Join(
            new Sum(), Map.Tanh().AveragePool(3, 1, Padding.All(1)), Map.AveragePool(3, 1, Padding.Same, countPadding: true), Map.MaxPool(3, 1, Padding.Same)),
        ["average pool, rounded up"] = Map.AveragePool(2, 2, ceilMode: true).BatchNormalization().Relu(),
        ["a pool that shrinks before a pointwise convolution"] = Map.AveragePool(3, 1).Convolution(4, 1).Tanh(),
        ["a pool that strides before a pointwise convolution"] = Map.AveragePool(3, 2, Padding.All(1)).Convolution(4, 1, bias: false).BatchNormalization(),
        ["a pool that leaves padding out before a pointwise convolution"] = Map.AveragePool(3, 1, Padding.All(1)).Convolution(4, 1).Tanh(),
        ["a pool before a pointwise convolution of more channels"] = Map.AveragePool(3, 1, Padding.All(1)).Convolution(9, 1).Tanh(),
        ["a pool before a convolution that is not pointwise"] = Map.AveragePool(3, 1, Padding.All(1)).Convolution(4, 3).Tanh(),
        ["a pool before two pointwise convolutions"] = Two(Map.AveragePool(3, 1, Padding.All(1))),
        ["pools as parts of a concatenation"] = Pooled(),
        ["a pool of what others read too"] = Rectified(trunk => Network.Join(new Sum(), trunk.MaxPool(3, 1, Padding.All(1)), trunk)),
        ["two pools of one map"] = Rectified(trunk => Network.Join(new Sum(), trunk.MaxPool(3, 2, Padding.All(1)), trunk.AveragePool(2, 2, ceilMode: true))),
        ["max pool, normalized"] = Map.MaxPool(3, 2, Padding.All(1)).BatchNormalization().Relu().Flatten().Dense(3),
        ["a pool by more than its window"] = Map.Tanh().MaxPool(1, 2).AveragePool(1, 2).Flatten().Dense(3),
        ["global average pool"] = Map.Convolution(6, 3).BatchNormalization().Relu().GlobalAveragePool().Dense(3),
        ["global max pool"] = Map.Convolution(6, 3).BatchNormalization().Relu().GlobalMaxPool().Dense(3),
        ["global max pools"] = Network.Join(new Sum(), Map.GlobalMaxPool(), Map.Tanh().GlobalMaxPool().Tanh()),
        ["a global max pool of more than a byte numbers"] = Network.Input(17, 2, 3).Convolution(5, 3).GlobalMaxPool().Dense(3),
        ["global average pools"] = Network.Join(new Sum(), Map.GlobalAveragePool(), Map.Tanh().GlobalAveragePool().Tanh()),
        ["local response normalization"] = Map.Convolution(9, 3).Relu().Then(new LocalResponseNormalization { Alpha = 0.5 }).Flatten().Dense(3),
        ["concatenation of vectors"] = Network.Join(new Concatenation(), Vector.Dense(5).Tanh(), Vector, Vector.Dense(3)).Dense(4),
        ["concatenation of what others read too"] = Shared(),
        ["folded normalization"] = Vector.Then(new ChannelAffine()).Dense(4),
    };

    /// <summary>A function behind every layer of vectors that may take it along, and by itself.</summary>
    private static Network BehindVectors(Func<Network, Network> function) => Network.Join(
        new Sum(), function(Vector.Dense(19)), function(Vector.Dense(19, bias: false)), function(Vector.Dense(19, bias: false).BatchNormalization()),
        function(Vector.Dense(19).Then(new LayerNormalization())), function(Vector.Dense(19).Then(new IterativeNormalization { GroupSize = 4 })),
        function(Vector.Dense(19).Then(new ChannelAffine())), function(function(Vector)).Dense(19)).Dense(3);

    /// <summary>The same of maps.</summary>
    private static Network BehindMaps(Func<Network, Network> function)
    {
        var joined = Network.Join(
            new Concatenation(), function(Map.Convolution(5, 1)), function(Map.Convolution(4, 1, bias: false)),
            function(Map.AveragePool(3, 1, Padding.All(1)).Convolution(3, 1)), function(Map.Convolution(3, 3)),
            function(Map.Convolution(4, 3, bias: false).BatchNormalization()), function(Map.Then(new GroupNormalization(1))),
            function(Map.Then(new ChannelAffine())), function(Network.Join(new Sum(), Map.Convolution(7, 3), Map)));
        var trunk = function(joined.Convolution(6, 3).BatchNormalization()).MaxPool(2, 2);
        return Network.Join(new Sum(), function(trunk), trunk.Prelu()).GlobalMaxPool().Dense(3);
    }

    internal static Network Inception(bool normalized)
    {
        var trunk = Network.Input(6, 5, 4).Convolution(9, 3).Relu();
        var joined = Network.Join(
            new Concatenation(),
            trunk.Convolution(5, 1).Relu(),
            trunk.Convolution(4, 1).Relu().Convolution(6, 3).Relu(),
            trunk.Convolution(3, 1).Relu().Convolution(4, 3).Relu().Convolution(4, 3).Relu(),
            trunk.AveragePool(3, 1, Padding.All(1), countPadding: true).Convolution(3, 1).Relu());
        var reduced = Network.Join(
            new Concatenation(), joined.Convolution(4, 1).Relu().Convolution(6, 3, stride: 2).Relu(), joined.MaxPool(3, 2, Padding.All(1)));
        var network = reduced.GlobalAveragePool().Dense(4);
        return normalized ? network.WithBatchNormalization() : network;
    }

    private static Network Residual()
    {
        var trunk = Network.Input(6, 5, 4).Convolution(8, 3, bias: false).BatchNormalization().Relu();
        var block = Network.Join(new Sum(), trunk.Convolution(8, 3, bias: false).BatchNormalization().Relu().Convolution(8, 3, bias: false).BatchNormalization(), trunk).Relu();
        return Network.Join(
            new Sum(), block.Convolution(6, 3, stride: 2, bias: false).BatchNormalization().Relu().Convolution(6, 3, bias: false).BatchNormalization(),
            block.Convolution(6, 1, stride: 2, bias: false).BatchNormalization()).Relu().GlobalAveragePool().Dense(3);
    }

    internal static Network Pooled()
    {
        var trunk = Map.Convolution(6, 3).BatchNormalization().Relu();
        var joined = Network.Join(
            new Concatenation(), trunk.MaxPool(3, 1, Padding.All(1)), trunk.AveragePool(3, 1, Padding.All(1)), trunk.Then(new LocalResponseNormalization { Alpha = 0.5, Beta = 0.6 }));
        return Network.Join(new Concatenation(), joined.AveragePool(2, 2), joined.MaxPool(2, 2)).BatchNormalization().Relu().GlobalAveragePool().Dense(3);
    }

    private static Network Rectified(Func<Network, Network> pools) => pools(Map.Convolution(6, 3).BatchNormalization().Relu()).BatchNormalization().Tanh();

    private static Network Two(Network pool) => Network.Join(new Sum(), pool.Convolution(4, 1).Tanh(), pool.Convolution(4, 1));

    private static Network Shared()
    {
        var left = Map.Convolution(4, 3).BatchNormalization().Relu();
        var both = Network.Join(new Concatenation(), left, left.Convolution(3, 1).Tanh(), left);
        return Network.Join(new Concatenation(), both, Map.Dropout(0.3)).Flatten().Dense(3);
    }

    private static BatchRenormalization Renormalization => new() { RMax = 1.2, DMax = 0.3, WarmUp = 0, RMaxAt = 0, DMaxAt = 0 };

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
    public void Nor_does_it_where_samples_are_normalized()
    {
        PlanCheck.TrainingAgrees(Network.Input(70).Then(new LayerNormalization()).Sigmoid(), 20, offset: 1000);
        PlanCheck.TrainingAgrees(Network.Input(4, 4, 9).Then(new LayerNormalization()).Sigmoid(), 20, offset: 1000);
        PlanCheck.TrainingAgrees(Network.Input(4, 4, 9).Then(new GroupNormalization(3)).Sigmoid(), 20, offset: 1000);
        PlanCheck.TrainingAgrees(Network.Input(4, 4, 9).Then(new InstanceNormalization()).Sigmoid(), 20, offset: 1000);
    }

    [Fact]
    public void Samples_larger_than_float32_sums_take_agree()
    {
        PlanCheck.TrainingAgrees(Network.Input(9001).Then(new LayerNormalization()).Tanh(), 3);
        PlanCheck.TrainingAgrees(Network.Input(40, 33, 5).Then(new InstanceNormalization()), 2);
        PlanCheck.TrainingAgrees(Network.Input(40, 33, 6).Then(new GroupNormalization(2)).Relu(), 2);
    }

    [Fact]
    public void Tensors_that_no_cache_holds_agree()
    {
        // 17 MB: written past the cache.
        PlanCheck.TrainingAgrees(Network.Input(33, 32, 64).Prelu().Then(new GroupNormalization(8)).Relu(), 64);
        PlanCheck.TrainingAgrees(Network.Input(33, 32, 64).Then(new LayerNormalization()).Tanh().Then(new ChannelAffine()).LeakyRelu(), 64);
    }

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

    private static Network Flattened()
    {
        var trunk = Map.Tanh();
        return Network.Join(new Sum(), trunk.Flatten().Dense(5), trunk.Prelu().Flatten().Dense(5), trunk.Flatten().Prelu().Dense(5));
    }

    private static Network Branches()
    {
        var trunk = Vector.Dense(21).Tanh();
        var left = trunk.Dense(8, bias: false).BatchNormalization().Sigmoid();
        var joined = Network.Join(new Sum(), left, trunk.Dense(8).LeakyRelu(0.1), left);
        return Network.Join(new Sum(), joined.Dense(3), trunk.Dense(3));
    }
}
