using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Normalization;

/// <summary>Random networks of all that folding knows, and of what it must leave alone.</summary>
internal static class FoldingNetwork
{
    /// <summary>The network of a seed with its state.</summary>
    public static NetworkState Of(ulong seed)
    {
        var random = new Philox(seed, RandomPurpose.Experiment, 0);
        var network = Network.Input(6 + random.NextInt(3), 6 + random.NextInt(3), 2 * (1 + random.NextInt(3)));
        var blocks = 1 + random.NextInt(5);
        for (var i = 0; i < blocks; i++)
            network = Block(network, ref random);
        if (random.NextInt(3) > 0)
            network = OnVector(network, ref random);
        if (!network.Nodes.Any(node => node.Layer is ChannelNormalization))
            network = Normalized(network, ref random);
        var state = RandomState.Of(network, seed % 1000);
        Tame(state, ref random);
        return state;
    }

    private static Network Block(Network network, ref Philox random)
    {
        var channels = network.OutputShape.Channels;
        switch (random.NextInt(14))
        {
            case 0 or 1:
                return Normalized(Convolved(network, Even(ref random), ref random), ref random);
            case 2:
                return Convolved(Normalized(network, ref random), Even(ref random), ref random);
            case 3:
                var outputs = Even(ref random);
                return Normalized(Network.Join(new Concatenation(), Branch(network, outputs, ref random),
                    Branch(network, outputs, ref random), Branch(network, outputs, ref random)), ref random);
            case 4:
                return Normalized(Network.Join(new Sum(), Branch(network, channels, ref random),
                    Branch(network, channels, ref random)), ref random);
            case 5:
                return Normalized(Network.Join(new Sum(), Branch(network, channels, ref random), network), ref random);
            case 6 or 7:
                return RepVgg(network, ref random);
            case 8:
                return Normalized(Pooled(Convolved(network, Even(ref random), ref random), ref random), ref random);
            case 9:
                return Convolved(Pooled(Normalized(network, ref random), ref random), Even(ref random), ref random);
            case 10:
                return Normalized(Normalized(network, ref random), ref random);
            case 11:
                var shared = Convolved(network, channels, ref random);
                return Network.Join(new Sum(), Normalized(shared, ref random), random.NextInt(2) == 0 ? shared
                    : Nonlinear(shared, ref random));
            case 12:
                var normalized = Normalized(network, ref random);
                return Network.Join(new Concatenation(), normalized.Convolution(2, 1),
                    normalized.Convolution(4, 3, padding: random.NextInt(2) == 0 ? Padding.Same : Padding.All(1)));
            default:
                return Nonlinear(network, ref random);
        }
    }

    private static Network OnVector(Network network, ref Philox random)
    {
        if (random.NextInt(2) == 0)
            network = Normalized(network, ref random);
        network = random.NextInt(3) switch
        {
            0 => network.GlobalAveragePool(),
            1 => network.GlobalMaxPool(),
            _ => network.Flatten(),
        };
        if (random.NextInt(2) == 0)
            network = Normalized(network, ref random);
        return random.NextInt(3) switch
        {
            0 => Normalized(network.Dense(5, bias: random.NextInt(2) == 0), ref random),
            1 => network.Dense(5).Then(new ZcaWhitening { GroupSize = 2 }),
            _ => network.Dense(3),
        };
    }

    private static Network Branch(Network network, int outputs, ref Philox random) => random.NextInt(6) switch
    {
        0 => Normalized(network.Convolution(outputs, 1), ref random),
        1 => network.Convolution(outputs, 3, bias: false),
        2 => network.Convolution(outputs, 3).AveragePool(3, 1, Padding.All(1), countPadding: random.NextInt(2) == 0),
        3 => network.Convolution(outputs, 1).MaxPool(3, 1, Padding.All(1)),
        4 => Nonlinear(network.Convolution(outputs, 3), ref random),
        _ => network.Convolution(outputs, 3, groups: 2),
    };

    private static Network RepVgg(Network network, ref Philox random)
    {
        var channels = network.OutputShape.Channels;
        var groups = random.NextInt(3) switch { 0 => 1, 1 => 2, _ => channels };
        var large = Normalized(network.Convolution(channels, 3, padding: Padding.All(1), groups: groups,
            bias: random.NextInt(2) == 0), ref random);
        var small = Normalized(network.Convolution(channels, 1, padding: Padding.None, groups: random.NextInt(4) == 0 ? 1
            : groups, bias: false), ref random);
        return random.NextInt(3) switch
        {
            0 => Network.Join(new Sum(), small, large),
            1 => Network.Join(new Sum(), large, small, network),
            _ => Network.Join(new Sum(), Normalized(network, ref random), large, small),
        };
    }

    private static Network Convolved(Network network, int outputs, ref Philox random)
    {
        var shape = network.OutputShape;
        var roomy = shape[0] > 4 && shape[1] > 4;
        var window = new Window(1 + random.NextInt(3), 1 + random.NextInt(3))
        {
            DilationY = roomy ? 1 + random.NextInt(2) : 1,
            DilationX = roomy ? 1 + random.NextInt(2) : 1,
            StrideY = roomy && random.NextInt(4) == 0 ? 2 : 1,
            Padding = roomy && random.NextInt(2) == 0 ? Padding.None : Padding.Same,
        };
        return network.Then(new Convolution(outputs, window)
        {
            Groups = random.NextInt(3) == 0 ? 2 : 1,
            Bias = random.NextInt(2) == 0
        });
    }

    private static Network Pooled(Network network, ref Philox random)
    {
        var padding = network.OutputShape[0] > 1 && network.OutputShape[1] > 1 && random.NextInt(2) == 0 ? Padding.None
            : Padding.Same;
        return random.NextInt(3) == 0
            ? network.MaxPool(2, 1, padding)
            : network.AveragePool(2, 1, padding, countPadding: random.NextInt(2) == 0);
    }

    private static Network Nonlinear(Network network, ref Philox random) => random.NextInt(3) switch
    {
        0 => network.Relu(),
        1 => network.Tanh(),
        _ => network.LeakyRelu(0.3),
    };

    private static Network Normalized(Network network, ref Philox random) => network.Then(random.NextInt(9) switch
    {
        0 => new VarianceOnlyNormalization(),
        1 => new MeanOnlyNormalization(),
        2 => new BatchNormalization { PerActivation = true },
        3 => new ChannelAffine(),
        4 => new GhostBatchNormalization(),
        _ => new BatchNormalization(),
    });

    private static int Even(ref Philox random) => 2 * (1 + random.NextInt(3));

    /// <summary>
    /// Half of the normalizations get scales without a negative one, which pass a max pool, and half of those without a mean no
    /// shift.
    /// </summary>
    private static void Tame(NetworkState state, ref Philox random)
    {
        foreach (var name in state.ParameterNames.Where(name =>
            name.EndsWith(".gamma", StringComparison.Ordinal) || name.EndsWith(".scale", StringComparison.Ordinal)).ToArray())
        {
            if (random.NextInt(2) == 0)
                continue;
            foreach (ref var value in state.Parameter(name))
                value = Math.Abs(value);
            if (name.StartsWith("varianceOnlyNorm", StringComparison.Ordinal))
                state.Parameter(name.Replace(".gamma", ".beta", StringComparison.Ordinal)).Clear();
        }
    }
}
