namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>Small networks with many kinds of layers, whose files are the seeds.</summary>
static class SeedNetworks
{
    /// <summary>Vectors through dense layers and normalizations.</summary>
    public static Network Vectors { get; } = Network.Input(6)
        .Dense(8, bias: false).BatchNormalization().Relu()
        .Dense(8).Then(new LayerNormalization()).Gelu()
        .Dense(8).Then(new BatchRenormalization()).Tanh()
        .Dense(8).Then(new ZcaWhitening()).Elu()
        .Prelu().Dropout(0.5).Dense(3);

    /// <summary>A residual network of maps: convolutions of several kinds, pools, a sum.</summary>
    public static Network Maps { get; } = MakeMaps();

    /// <summary>Layers of maps that the others lack.</summary>
    public static Network Others { get; } = MakeOthers();

    private static Network MakeMaps()
    {
        var trunk = Network.Input(8, 8, 3).Convolution(4, 3, bias: false).BatchNormalization().Relu();
        var branch = trunk.Convolution(4, 3, groups: 4).BatchNormalization().HardSwish().Convolution(4, 1);
        return Network.Join(new Sum(), branch, trunk).Relu()
            .MaxPool(2, 2).Convolution(4, 3, stride: 2, padding: Padding.All(1)).BatchNormalization().Silu().GlobalAveragePool()
                .Dense(3);
    }

    private static Network MakeOthers()
    {
        var trunk = Network.Input(6, 6, 2).Convolution(4, 3).Then(new GroupNormalization(2)).Relu6();
        var left = trunk.Convolution(2, 1).Then(new InstanceNormalization()).LeakyRelu();
        var right = trunk.AveragePool(3, 1, Padding.All(1)).Then(new LocalResponseNormalization()).Sigmoid();
        return Network.Join(new Concatenation(), left, right)
            .AveragePool(2, 2, ceilMode: true).HardSigmoid().Flatten().Dense(3).Then(new ChannelAffine());
    }

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Network> All => [Vectors, Maps, Others];

    /// <summary>A model of a network, the same in every process.</summary>
    public static Model ModelOf(Network network) => new(NetworkState.Create(network, 1))
    {
        ClassNames = ["one", "two", "three"],
        Preprocessing = new(0.5f, 2),
    };

    /// <summary>Runs a network on one sample, where that is little work: a file may ask for any.</summary>
    public static void Run(Model model)
    {
        const long mostMultiplyAdds = 1_000_000, mostValues = 1_000_000;
        var network = model.Network;
        if (network.MultiplyAdds > mostMultiplyAdds || network.Nodes.Sum(node => (long)node.Shape.Size) > mostValues)
            return;
        using var predictor = new Predictor(model, new() { Capacity = 1, Threads = 1 });
        var input = new float[network.InputShape.Size];
        for (var i = 0; i < input.Length; i++)
            input[i] = i % 7 / 7f;
        predictor.Predict(input);
    }
}
