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

    /// <summary>A layer of one input that takes a vector.</summary>
    public static Gen<Layer> Unary { get; } = Gen.OneOf<Layer>(
        Gen.Const(() => (Layer)new Sigmoid()),
        Gen.Const(() => (Layer)new Tanh()),
        Gen.Const(() => (Layer)new Relu()),
        Gen.Const(() => (Layer)new Flatten()),
        Gen.Const(() => (Layer)new ChannelAffine()),
        Positive.Select(slope => (Layer)new LeakyRelu(slope)),
        Gen.Double[-3, 3].Select(slope => (Layer)new Prelu { InitialSlope = slope }),
        Gen.Double.Unit.Select(probability => (Layer)new Dropout(probability)),
        Gen.Double[-3, 3].Select(initial => (Layer)new Swish { Initial = initial }),
        Gen.Select(Gen.Int[1, 9], Initializers, Gen.Bool, (outputs, weights, bias) => (Layer)new Dense(outputs) { Weights = weights, Bias = bias }),
        Gen.Select(Positive, Gen.Double[1e-9, 1], Gen.Bool, Gen.Bool, Gen.Bool, Gen.Bool, (epsilon, weight, cumulative, affine, update, batch) =>
            (Layer)new BatchNormalization
            {
                Epsilon = epsilon,
                NewBatchWeight = weight,
                CumulativeAverage = cumulative,
                TrainAffine = affine,
                UpdateStatistics = update,
                UseBatchStatistics = batch,
            }));

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
