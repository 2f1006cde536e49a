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
        Gen.Select(Gen.Int[1, 9], Initializers, Gen.Bool, Gen.Bool, (outputs, weights, bias, normalized) => (Layer)new Dense(outputs)
        {
            Weights = weights,
            Bias = bias,
            Reparameterization = normalized && weights.IsRandom ? new WeightNormalization() : Reparameterization.None,
        }),
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

    /// <summary>Networks of up to a dozen layers, named and unnamed, with branches that fork and join.</summary>
    public static Gen<Network> Networks { get; } = Gen.Select(
        Gen.Int[1, 9].Array[1, 4], Gen.Select(Unary, Gen.Int[0, 5]).Array[0, 12], (shape, layers) =>
        {
            var network = shape.Length > 1 ? Network.Input(shape).Prelu().Flatten() : Network.Input(shape);
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
