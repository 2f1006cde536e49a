namespace Batchwise.Tests.Execution;

/// <summary>Networks of all layers in all company: branches that fork and join, maps and vectors, ragged widths.</summary>
internal static class RandomNetwork
{
    /// <summary>The network of a seed: up to a dozen layers.</summary>
    public static Network Of(ulong seed)
    {
        var random = new Philox(seed, RandomPurpose.Experiment, 0);
        var network = random.NextInt(3) switch
        {
            0 => Network.Input(1 + random.NextInt(3), 1 + random.NextInt(3), 1 + random.NextInt(20)),
            _ => Network.Input(Width(ref random)),
        };
        var layers = 2 + random.NextInt(9);
        for (var i = 0; i < layers; i++)
            network = network.OutputShape.Rank == 1 ? OnVectors(network, ref random) : OnMaps(network, ref random);
        // A plan trains a network only if there is something to train.
        return network.ParameterCount == 0 ? network.Flatten().Dense(Width(ref random)) : network;
    }

    private static Network OnVectors(Network network, ref Philox random)
    {
        var width = network.OutputShape.Size;
        switch (random.NextInt(12))
        {
            case 0 or 1:
                return network.Dense(Width(ref random), bias: random.NextInt(2) == 0);
            case 2 or 3:
                // What the fused rules take whole.
                return Nonlinear(Normalized(network.Dense(Width(ref random), bias: random.NextInt(4) == 0), ref random), ref random);
            case 4:
                return Nonlinear(network.Dense(Width(ref random)), ref random);
            case 5:
                return Nonlinear(network, ref random);
            case 6:
                return Normalized(network, ref random);
            case 7:
                return Network.Join(new Sum(), network, Nonlinear(network.Dense(width), ref random));
            case 8:
                var shared = network.Dense(Width(ref random), bias: random.NextInt(2) == 0);
                return Network.Join(new Sum(), Nonlinear(shared, ref random), Nonlinear(Normalized(shared, ref random), ref random));
            case 9:
                return Network.Join(new Sum(), network, network, network.Tanh());
            case 10:
                return network.Flatten();
            default:
                return Other(network, ref random);
        }
    }

    private static Network OnMaps(Network network, ref Philox random)
    {
        switch (random.NextInt(7))
        {
            case 0:
                return network.Flatten();
            case 1:
                var width = Width(ref random);
                return Network.Join(new Sum(), network.Flatten().Dense(width), network.Flatten().Dense(width).Sigmoid());
            case 2 or 3:
                var normalized = Normalized(network, ref random);
                return random.NextInt(2) == 0 ? Nonlinear(normalized, ref random) : normalized;
            case 4:
                return Network.Join(new Sum(), network, Nonlinear(network, ref random));
            case 5:
                return Nonlinear(network, ref random);
            default:
                return Other(network, ref random);
        }
    }

    private static Network Other(Network network, ref Philox random) => random.NextInt(6) switch
    {
        4 => NormalizedSamples(network, new LayerNormalization { Epsilon = 1e-3 }),
        5 => NormalizedSamples(network, new GroupNormalization(network.OutputShape.Channels % 3 == 0 ? 3 : 1) { Epsilon = 1e-3 }),
        0 => network.Dropout(0.3),
        1 => network.Prelu(),
        2 => network.Then(new ChannelAffine()),
        _ => network.Then(new Networks.Swish()),
    };

    // Two values a group are normalized to nothing but their order, and take all of a gradient with them.
    private static Network NormalizedSamples(Network network, SampleNormalization layer) =>
        network.OutputShape.Size / layer.GroupsOf(network.OutputShape) > 4 ? network.Then(layer) : network;

    private static Network Nonlinear(Network network, ref Philox random) => random.NextInt(13) switch
    {
        0 => network.Sigmoid(),
        1 => network.Tanh(),
        2 => network.Relu(),
        3 => network.LeakyRelu(0.2),
        4 => network.Elu(0.5),
        5 => network.Gelu(),
        6 => network.Gelu(approximate: true),
        7 => network.Silu(),
        8 => network.HardSigmoid(),
        9 => network.HardSwish(),
        10 => network.Clip(-0.5, 0.75),
        _ => network.Prelu(),
    };

    private static Network Normalized(Network network, ref Philox random) => network.BatchNormalization(new BatchNormalization
    {
        UseBatchStatistics = random.NextInt(4) > 0,
        UpdateStatistics = random.NextInt(4) > 0,
        TrainAffine = random.NextInt(4) > 0,
        CumulativeAverage = random.NextInt(2) == 0,
        NewBatchWeight = 0.3,
        Epsilon = 1e-3,
    });

    // Around the widths of vectors and blocks of columns.
    private static int Width(ref Philox random) => random.NextInt(4) switch
    {
        0 => 1 + random.NextInt(4),
        1 => 15 + random.NextInt(4),
        2 => 31 + random.NextInt(4),
        _ => 1 + random.NextInt(50),
    };
}
