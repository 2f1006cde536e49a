using Batchwise.Tests.Normalization;

namespace Batchwise.Tests.Networks;

/// <summary>Networks whose gradients are checked: every layer alone, and what only shows in company.</summary>
internal static class GradientCases
{
    private const int Batch = 6;

    private static Network Vector { get; } = Network.Input(5);

    private static Network Map { get; } = Network.Input(3, 2, 4);

    /// <summary>Two trunks' worth of consumers: the dense layer feeds three, one of them the join itself.</summary>
    private static Network Branched
    {
        get
        {
            var trunk = Network.Input(5).Dense(4).Tanh();
            var left = trunk.Dense(4, bias: false).Then(new BatchNormalization()).Sigmoid();
            var right = trunk.Dense(4).LeakyRelu(0.1);
            var joined = Network.Join(new Sum(), left, right, trunk, left);
            return Network.Join(new Sum(), joined.Dense(3), trunk.Dense(3));
        }
    }

    private static Network Image { get; } = Network.Input(5, 4, 2);

    /// <summary>Branches of one map, joined, and joined again.</summary>
    private static Network Inception
    {
        get
        {
            var trunk = Network.Input(4, 5, 3).Convolution(4, 3, bias: false).BatchNormalization().Tanh();
            var joined = Network.Join(
                new Concatenation(),
                trunk.Convolution(3, 1, bias: false).BatchNormalization().Tanh(),
                trunk.Convolution(2, 1, bias: false).BatchNormalization().Tanh().Convolution(3, 3, bias: false).BatchNormalization().Sigmoid(),
                trunk.AveragePool(3, 1, Padding.Same).Convolution(2, 1).Tanh());
            return Network.Join(new Concatenation(), joined.Convolution(2, 3, stride: 2).Tanh(), joined.AveragePool(2, 2, ceilMode: true)).GlobalAveragePool().Dense(3);
        }
    }

    private static Network Twice(Network network) => Network.Join(new Sum(), network, network);

    private static Network Normalized => Network.Input(3, 2, 1).Flatten()
        .Dense(5, bias: false).Then(new BatchNormalization()).Sigmoid()
        .Dense(5, bias: false).Then(new BatchNormalization()).Prelu()
        .Dense(5, bias: false).Then(new BatchNormalization()).Tanh()
        .Dense(4);

    public static IReadOnlyDictionary<string, Network> All { get; } = new Dictionary<string, Network>
    {
        ["dense"] = Vector.Dense(4),
        ["dense without bias"] = Vector.Dense(4, bias: false),
        ["weight normalization"] = Vector.Dense(4).WithWeightNormalization(),
        ["weight standardization"] = Vector.Dense(4, bias: false).WithWeightStandardization(where: _ => true),
        // Not g before a batch normalization: that takes its scale out again, and leaves a gradient of nothing.
        ["reparameterizations about batch normalization"] = Vector.Dense(4).Tanh().Dense(4).Sigmoid().Dense(3)
            .WithBatchNormalization().WithWeightStandardization().WithWeightNormalization(name => name == "dense3"),
        ["flatten"] = Map.Flatten(),
        ["sigmoid"] = Vector.Sigmoid(),
        ["tanh"] = Vector.Tanh(),
        ["relu"] = Vector.Relu(),
        ["leaky relu"] = Vector.LeakyRelu(0.2),
        ["elu"] = Vector.Elu(0.7),
        ["gelu"] = Vector.Gelu(),
        ["gelu by the tangent"] = Vector.Gelu(approximate: true),
        ["silu"] = Vector.Silu(),
        ["hard sigmoid"] = Vector.HardSigmoid(0.4, 0.3),
        ["hard swish"] = Map.HardSwish(),
        ["clip"] = Map.Clip(-0.7, 1.1),
        ["clip from below"] = Vector.Clip(-0.5, double.PositiveInfinity),
        ["a network of smooth functions"] = Map.Convolution(3, 3).Gelu().Convolution(4, 1, bias: false).BatchNormalization().Silu().Flatten().Dense(4).Elu().Dense(3),
        ["prelu on vectors"] = Vector.Prelu(),
        ["prelu on maps"] = Map.Prelu(),
        ["channel affine on vectors"] = Vector.Then(new ChannelAffine()),
        ["channel affine on maps"] = Map.Then(new ChannelAffine()),
        ["ZCA whitening of vectors"] = Vector.Then(new ZcaWhitening { GroupSize = 3 }),
        ["ZCA whitening of maps"] = Map.Then(new ZcaWhitening { GroupSize = 3 }),
        ["ZCA whitening, frozen"] = Vector.Then(new ZcaWhitening { GroupSize = 3, UseBatchStatistics = false }),
        ["iterative normalization of vectors"] = Vector.Then(new IterativeNormalization { GroupSize = 3 }),
        ["iterative normalization of maps"] = Map.Then(new IterativeNormalization { GroupSize = 3, Iterations = 2 }),
        ["iterative normalization, converged"] = Map.Then(new IterativeNormalization { GroupSize = 3, Iterations = 20 }),
        ["iterative normalization, frozen"] = Vector.Then(new IterativeNormalization { GroupSize = 3, UseBatchStatistics = false }),
        ["dropout"] = Vector.Dropout(0.4),
        ["layer normalization of vectors"] = Vector.Then(new LayerNormalization()),
        ["layer normalization of maps"] = Map.Then(new LayerNormalization { Epsilon = 1e-2 }),
        ["group normalization of vectors"] = Network.Input(6).Then(new GroupNormalization(2)),
        ["group normalization of maps"] = Map.Then(new GroupNormalization(2)),
        ["group normalization in one group"] = Map.Then(new GroupNormalization(1)),
        ["instance normalization"] = Map.Then(new InstanceNormalization()),
        ["a layer-normalized network"] = Map.Then(new GroupNormalization(2)).Tanh().Flatten().Dense(5).Then(new LayerNormalization()).Sigmoid().Dense(3),
        ["sum"] = Network.Join(new Sum(), Vector, Vector.Tanh(), Vector.Sigmoid()),
        ["sum of a thing and itself"] = Twice(Vector.Tanh()),
        ["branches that share a trunk"] = Branched,
        ["a batch-normalized network"] = Normalized,
        ["a layer of the user's own"] = Map.Then(new Swish()),
        ["channel affine per activation"] = Map.Then(new ChannelAffine { PerActivation = true }),
        ["batch norm per activation"] = Map.BatchNormalization(new() { PerActivation = true }),
        ["ghost batch norm on vectors"] = Vector.Then(new GhostBatchNormalization { GhostSize = 3 }),
        ["ghost batch norm on maps"] = Map.Then(new GhostBatchNormalization { GhostSize = 2 }),
        // Bounds so tight that r and d are constants, as their gradient takes them to be.
        ["batch renorm, clipped, on vectors"] = Vector.Then(Clipped),
        ["batch renorm, clipped, on maps"] = Map.Then(Clipped),
        ["mean-only norm on vectors"] = Vector.Then(new MeanOnlyNormalization()),
        ["mean-only norm on maps"] = Map.Then(new MeanOnlyNormalization()),
        ["variance-only norm on vectors"] = Vector.Then(new VarianceOnlyNormalization()),
        ["variance-only norm on maps"] = Map.Then(new VarianceOnlyNormalization()),
        ["moving-average norm on vectors"] = Vector.Then(new MovingAverageNormalization()),
        ["moving-average norm on maps"] = Map.Then(new MovingAverageNormalization()),
        // Where it uses the batch its gradient is not the function's: see RelativesGradientTests.
        ["detached norm, frozen"] = Vector.Then(new DetachedNormalization { UseBatchStatistics = false }),
        ["affine only on vectors"] = Vector.Then(new AffineOnly()),
        ["affine only on maps"] = Map.Then(new AffineOnly()),
        ["noise on vectors"] = Vector.Then(new ActivationNoise()),
        ["noise on maps"] = Map.Then(new ActivationNoise()),
        ["convolution"] = Map.Convolution(3, 3),
        ["convolution without bias or padding"] = Image.Convolution(2, 3, padding: Padding.None, bias: false),
        ["convolution, strided and dilated"] = Image.Then(new Convolution(3, new(2, 3) { StrideY = 2, DilationX = 2, Padding = new(1, 0, 2, 3) })),
        ["convolution in groups"] = Map.Convolution(6, 3, groups: 2),
        ["depthwise convolution"] = Map.Convolution(8, 3, stride: 2, groups: 4),
        ["pointwise convolution"] = Map.Convolution(5, 1),
        ["convolution under weight normalization"] = Map.Convolution(3, 2).WithWeightNormalization(),
        ["convolution under weight standardization"] = Map.Convolution(3, 2, stride: 1).WithWeightStandardization(where: _ => true),
        ["max pool"] = Image.MaxPool(3, 2, Padding.All(1)),
        ["max pool, rounded up"] = Image.MaxPool(2, 2, ceilMode: true),
        ["max pool, overlapping"] = Image.MaxPool(3, 1, Padding.Same),
        ["average pool"] = Image.AveragePool(3, 1, Padding.All(1)),
        ["average pool that counts padding, rounded up"] = Image.AveragePool(3, 2, Padding.All(1), ceilMode: true, countPadding: true),
        ["global average pool"] = Map.GlobalAveragePool(),
        ["global max pool"] = Map.GlobalMaxPool(),
        ["local response normalization"] = Map.Then(new LocalResponseNormalization { Size = 3, Alpha = 0.5 }),
        ["local response normalization of vectors"] = Vector.Then(new LocalResponseNormalization { Alpha = 0.5 }),
        ["concatenation of maps"] = Network.Join(new Concatenation(), Map.Tanh(), Map, Map.Convolution(3, 1, bias: false).BatchNormalization().Sigmoid()),
        ["concatenation of vectors"] = Network.Join(new Concatenation(), Vector.Tanh(), Vector, Vector),
        ["a small inception module"] = Inception,
        ["a normalization of the user's own"] = Map.Then(new PartialNormalization()),
    };

    private static BatchRenormalization Clipped => new() { RMax = 1 + 1e-6, DMax = 1e-6, WarmUp = 0, RMaxAt = 0, DMaxAt = 0 };

    public static IEnumerable<BatchNormalization> NormalizationSwitches =>
        from affine in new[] { true, false }
        from update in new[] { true, false }
        from batch in new[] { true, false }
        select new BatchNormalization { TrainAffine = affine, UpdateStatistics = update, UseBatchStatistics = batch };

    /// <summary>A network at random parameters, and a batch away from the kinks of a rectifier that reads it.</summary>
    public static (ReferenceNetwork Reference, double[] X, int Count) At(Network network)
    {
        var x = Numbers.Normal(Batch * network.InputShape.Size, stream: 2);
        foreach (ref var value in x.AsSpan())
            value += 0.1 * Math.Sign(value);
        return (References.Random(network, capacity: Batch), x, Batch);
    }

    public static Network Over(Layer layer, bool maps) => (maps ? Map : Vector).Then(layer);
}
