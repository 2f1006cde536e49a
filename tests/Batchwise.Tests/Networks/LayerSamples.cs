using CsCheck;

namespace Batchwise.Tests.Networks;

/// <summary>Layers with arbitrary settings, and networks of them.</summary>
internal static class LayerSamples
{
    /// <summary>All layers of the library, and a user's.</summary>
    public static LayerRegistry Registry { get; } = StandardLayers.Registry
        .With("swish", attributes => new Swish { Initial = attributes.Number("initial") });

    private static readonly Gen<double> Positive = Gen.Double[1e-300, 1e10];

    private static readonly Gen<Initializer> Initializers = Gen.OneOf(
        Gen.Const(Initializer.Xavier), Gen.Double[-5, 5].Select(Initializer.He), Positive.Select(Initializer.Gaussian), Gen.Double[-3, 3].Select(Initializer.Constant));

    private static readonly Gen<double> Bounds = Gen.OneOf(Gen.Double[-3, 3], Gen.Const(double.NegativeInfinity));

    /// <summary>A layer of one input that takes a vector.</summary>
    public static Gen<Layer> Unary { get; } = Gen.OneOf<Layer>(
        Gen.Const(() => (Layer)new Sigmoid()),
        Gen.Const(() => (Layer)new Tanh()),
        Gen.Const(() => (Layer)new Relu()),
        Gen.Const(() => (Layer)new Flatten()),
        Gen.Bool.Select(perActivation => (Layer)new ChannelAffine { PerActivation = perActivation }),
        Positive.Select(slope => (Layer)new LeakyRelu(slope)),
        Positive.Select(alpha => (Layer)new Elu(alpha)),
        Gen.Bool.Select(approximate => (Layer)new Gelu { Approximate = approximate }),
        Gen.Const(() => (Layer)new Silu()),
        Gen.Select(Gen.Double[-3, 3], Gen.Double[-3, 3], (alpha, beta) => (Layer)new HardSigmoid(alpha, beta)),
        Gen.Const(() => (Layer)new HardSwish()),
        Gen.Select(Bounds, Bounds, (one, other) => (Layer)new Clip(Math.Min(one, -other), Math.Max(one, -other))),
        Gen.Double[-3, 3].Select(slope => (Layer)new Prelu { InitialSlope = slope }),
        Gen.Double.Unit.Select(probability => (Layer)new Dropout(probability)),
        Gen.Double[-3, 3].Select(initial => (Layer)new Swish { Initial = initial }),
        Gen.Select(Gen.Int[1, 9], Initializers, Gen.Bool, Gen.Bool, (outputs, weights, bias, normalized) => (Layer)new Dense(outputs)
        {
            Weights = weights,
            Bias = bias,
            Reparameterization = normalized && weights.IsRandom ? new WeightNormalization() : Reparameterization.None,
        }),
        Normalizations, Normalizations, Normalizations,
        Whitenings,
        Gen.Select(Gen.Double[0, 3], Gen.Double[1, 3], Gen.Double[0, 3], Gen.Double[0, 3], (mean, scale, meanSpread, scaleSpread) =>
            (Layer)new ActivationNoise { MeanRange = mean, LargestScale = scale, MeanSpread = meanSpread, ScaleSpread = scaleSpread }));

    private static ChannelNormalization[] Plain =>
        [new MeanOnlyNormalization(), new VarianceOnlyNormalization(), new DetachedNormalization(), new MovingAverageNormalization(), new AffineOnly()];

    /// <summary>Every normalization of channels with any settings.</summary>
    private static Gen<Layer> Normalizations => Gen.Select(
        Gen.OneOf(
            Gen.Select(Gen.Bool, Gen.OneOf(Gen.Const(1.0), Gen.Double[-2, 2]), (perActivation, gamma) =>
                (ChannelNormalization)new BatchNormalization { PerActivation = perActivation, InitialGamma = gamma }),
            Gen.Int[2, 9].Select(size => (ChannelNormalization)new GhostBatchNormalization { GhostSize = size }),
            Gen.Select(Gen.Double[1, 9], Gen.Double[0, 9], Gen.Int[0, 9], Gen.Int[9, 99], Gen.Int[9, 99], (rMax, dMax, warmUp, rMaxAt, dMaxAt) =>
                (ChannelNormalization)new BatchRenormalization { RMax = rMax, DMax = dMax, WarmUp = warmUp, RMaxAt = rMaxAt, DMaxAt = dMaxAt }),
            Gen.Int[0, Plain.Length - 1].Select(index => Plain[index])),
        Gen.Select(Positive, Gen.Double[1e-9, 1]), Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool, (layer, numbers, cumulative, affine, update, batch) =>
            (Layer)(layer with
            {
                Epsilon = numbers.Item1,
                NewBatchWeight = numbers.Item2,
                CumulativeAverage = cumulative,
                TrainAffine = affine,
                UpdateStatistics = update,
                UseBatchStatistics = batch,
            }));

    /// <summary>Both whitenings with any settings.</summary>
    private static Gen<Layer> Whitenings => Gen.Select(
        Gen.OneOf(Gen.Const(() => (Whitening)new ZcaWhitening()), Gen.Int[1, 30].Select(iterations => (Whitening)new IterativeNormalization { Iterations = iterations })),
        Gen.Select(Gen.Int[1, 16], Positive, Gen.Double[1e-9, 1]), Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool, (layer, numbers, cumulative, affine, update, batch) =>
            (Layer)(layer with
            {
                GroupSize = numbers.Item1,
                Epsilon = numbers.Item2,
                NewBatchWeight = numbers.Item3,
                CumulativeAverage = cumulative,
                TrainAffine = affine,
                UpdateStatistics = update,
                UseBatchStatistics = batch,
            }));

    private static readonly Gen<Padding> Paddings = Gen.OneOf(
        Gen.Const(() => Padding.Same), Gen.Select(Gen.Int[0, 1], Gen.Int[0, 1], Gen.Int[0, 1], Gen.Int[0, 1], (top, bottom, left, right) => new Padding(top, bottom, left, right)));

    private static readonly Gen<Window> Windows = Gen.Select(
        Gen.Int[2, 3], Gen.Int[2, 3], Gen.Int[1, 3], Gen.Int[1, 3], Paddings, (height, width, strideY, strideX, padding) =>
            new Window(height, width) { StrideY = strideY, StrideX = strideX, Padding = padding });

    /// <summary>A layer of one input that takes a map of at least seven rows and columns.</summary>
    private static readonly Gen<Layer> OnMaps = Gen.OneOf<Layer>(
        Gen.Select(Windows, Gen.Int[1, 2], Gen.Int[1, 2], Gen.Int[1, 4], Gen.Bool, (window, dilationY, dilationX, multiple, grouped) => (Layer)new Convolution(
            4 * multiple, window with { DilationY = dilationY, DilationX = dilationX })
        {
            Groups = grouped ? 2 : 1,
            Bias = !grouped,
            Weights = grouped ? Initializer.Xavier : Initializer.He(),
            Reparameterization = grouped ? new WeightNormalization() : Reparameterization.None,
        }),
        Gen.Select(Windows, Gen.Bool, (window, ceiling) => (Layer)new MaxPool(window) { CeilMode = ceiling }),
        Gen.Select(Windows, Gen.Bool, Gen.Bool, (window, ceiling, counting) => (Layer)new AveragePool(window) { CeilMode = ceiling, CountPadding = counting }),
        Gen.Select(Gen.Int[0, 3], Positive, Gen.Double[-2, 2], Positive, (half, alpha, beta, offset) =>
            (Layer)new LocalResponseNormalization { Size = 2 * half + 1, Alpha = alpha, Beta = beta, Offset = offset }),
        Gen.Const(() => (Layer)new GlobalAveragePool()), Gen.Const(() => (Layer)new GlobalMaxPool()));

    /// <summary>Networks that begin with a layer on a map and join two such.</summary>
    public static Gen<Network> MapNetworks { get; } = Gen.Select(OnMaps, Gen.Int[7, 9], (layer, size) =>
    {
        var branch = Network.Input(size, 7, 4).Then(layer);
        return Network.Join(new Concatenation(), branch, branch.Tanh()).Flatten();
    });

    /// <summary>A normalization of samples, behind a layer of a width that it can take.</summary>
    private static readonly Gen<Layer[]> Samples = Gen.Select(Gen.Int[1, 3], Gen.Int[2, 4], Positive, Gen.Bool, (groups, values, epsilon, layer) => new Layer[]
    {
        new Dense(groups * values),
        layer ? new LayerNormalization { Epsilon = epsilon } : new GroupNormalization(groups) { Epsilon = epsilon },
    });

    /// <summary>Networks of up to a dozen layers, named and unnamed, with branches that fork and join.</summary>
    public static Gen<Network> Networks { get; } = Gen.Select(
        Gen.Int[1, 9].Array[1, 4], Gen.Select(Unary, Gen.Int[0, 5]).Array[0, 12], Samples, Positive, (shape, layers, normalization, epsilon) =>
        {
            var network = shape.Length > 1 ? Network.Input(shape).Prelu().Flatten() : Network.Input(shape);
            if (shape.Length > 1 && shape[..^1].Any(extent => extent > 1))
                network = Network.Input(shape).Then(new InstanceNormalization { Epsilon = epsilon }).Flatten();
            foreach (var layer in normalization)
                network = network.Then(layer);
            for (var i = 0; i < layers.Length; i++)
            {
                var (layer, how) = layers[i];
                network = how switch
                {
                    0 => network.Then(layer, $"named/{i}"),
                    1 => Network.Join(new Sum(), network, network.Tanh(), network),
                    2 => Network.Join(new Sum(), network.Then(layer), network.Then(layer)),
                    _ => network.Then(layer),
                };
            }
            return network;
        });
}
