namespace Batchwise.Tests.Peers;

/// <summary>Layers on maps and blocks of them against libtorch: references in float64 closely, plans to the bound of the suite.</summary>
[Collection(Dotnet.Collection)]
public class MapAgreementTests(PeerFixtures fixtures) : IClassFixture<PeerFixtures>
{
    private static readonly Dictionary<string, Convolution> Convolutions = new()
    {
        ["conv-1x1"] = new(5, Window.Square(1)),
        ["conv-3x3"] = new(4, Window.Square(3, padding: Padding.All(1))),
        ["conv-3x3-bias"] = new(4, Window.Square(3, padding: Padding.All(1))),
        ["conv-3x3-no-padding"] = new(4, Window.Square(3)),
        ["conv-3x3-stride-2"] = new(4, Window.Square(3, 2, Padding.All(1))),
        ["conv-3x3-dilation-2"] = new(4, Window.Square(3, padding: Padding.All(2)) with { DilationY = 2, DilationX = 2 }),
        ["conv-3x3-groups-2"] = new(6, Window.Square(3, padding: Padding.All(1))) { Groups = 2 },
        ["conv-3x3-depthwise-multiplier-2"] = new(6, Window.Square(3, padding: Padding.All(1))) { Groups = 3 },
        ["conv-5x5"] = new(4, Window.Square(5, padding: Padding.All(2))),
        ["conv-7x7-stride-2"] = new(4, Window.Square(7, 2, Padding.All(3))),
        ["conv-1x7"] = new(4, new Window(1, 7) { Padding = new(0, 0, 3, 3) }),
    };

    private static readonly Dictionary<string, Layer> Plain = new()
    {
        ["max-pool-3x3-stride-1"] = new MaxPool(Window.Square(3, 1, Padding.All(1))),
        ["max-pool-3x3-stride-2"] = new MaxPool(Window.Square(3, 2, Padding.All(1))),
        ["max-pool-3x3-stride-2-ceil"] = new MaxPool(Window.Square(3, 2)) { CeilMode = true },
        ["max-pool-2x2-odd"] = new MaxPool(Window.Square(2, 2)),
        ["max-pool-3x3-stride-2-ties"] = new MaxPool(Window.Square(3, 2, Padding.All(1))),
        ["average-pool-3x3-counting-padding"] = new AveragePool(Window.Square(3, 1, Padding.All(1))) { CountPadding = true },
        ["average-pool-3x3-not-counting-padding"] = new AveragePool(Window.Square(3, 1, Padding.All(1))),
        ["average-pool-3x3-stride-2-ceil"] = new AveragePool(Window.Square(3, 2)) { CeilMode = true, CountPadding = true },
        ["average-pool-3x3-stride-2-ceil-counting-padding"] = new AveragePool(Window.Square(3, 2, Padding.All(1))) { CeilMode = true, CountPadding = true },
        ["average-pool-3x3-stride-2-ceil-not-counting-padding"] = new AveragePool(Window.Square(3, 2, Padding.All(1))) { CeilMode = true },
        ["global-average-pool"] = new GlobalAveragePool(),
        ["local-response-norm"] = new LocalResponseNormalization { Size = 5, Alpha = 0.5, Beta = 0.75, Offset = 2 },
    };

    private static readonly Dictionary<string, Func<Network, Network>> Blocks = new()
    {
        ["inception-block"] = input =>
        {
            var first = Inception(input, "module1", (4, 3, 5, 3, 4), trunk => trunk.AveragePool(3, 1, Padding.All(1), countPadding: true), 3);
            return Inception(first, "module2", (5, 4, 3, 4, 5), trunk => trunk.MaxPool(3, 1, Padding.All(1)), 2);
        },
        ["inception-block-stride-2"] = input => Network.Join(
            new Concatenation(),
            Unit(Unit(input, "branches_0_reduce", 4, 1), "branches_0_conv", 5, 3, stride: 2),
            Unit(Unit(Unit(input, "branches_1_reduce", 3, 1), "branches_1_conv1", 4, 3), "branches_1_conv2", 4, 3, stride: 2),
            input.MaxPool(3, 2, ceilMode: true)),
        ["residual-block"] = input => Residual(input, 4, 1, input),
        ["residual-block-projection"] = input => Residual(input, 6, 2, Normalized(input, "shortcut", 6, 1, 2)),
    };

    /// <summary>The cases that are compared here.</summary>
    public static IEnumerable<string> All => [.. Convolutions.Keys, .. Plain.Keys, .. Blocks.Keys];

    public static TheoryData<string> ConvolutionCases => [.. Convolutions.Keys];

    public static TheoryData<string> PlainCases => [.. Plain.Keys];

    public static TheoryData<string> BlockCases => [.. Blocks.Keys];

    [Theory]
    [MemberData(nameof(ConvolutionCases))]
    public void Convolutions_agree(string name)
    {
        var peer = fixtures[name];
        var state = NetworkState.Create(PeerCheck.Input(peer).Then(Convolutions[name] with { Bias = peer.Has("bias") }, "conv"), 1);
        PeerCheck.Set(state.Parameter("conv.weight"), PeerCheck.Parameter(peer, "weight"));
        if (peer.Has("bias"))
            PeerCheck.Set(state.Parameter("conv.bias"), peer.Raw("bias"));
        PeerCheck.Agrees(peer, state, [.. state.ParameterNames.Select(ours => ($"d{ours[(ours.IndexOf('.', StringComparison.Ordinal) + 1)..]}", ours))], []);
    }

    [Theory]
    [MemberData(nameof(PlainCases))]
    public void Layers_without_parameters_agree(string name)
    {
        var peer = fixtures[name];
        PeerCheck.Agrees(peer, NetworkState.Create(PeerCheck.Input(peer).Then(Plain[name]), 1), [], []);
    }

    [Theory]
    [MemberData(nameof(BlockCases))]
    public void Blocks_of_layers_agree(string name)
    {
        var peer = fixtures[name];
        var state = NetworkState.Create(Blocks[name](PeerCheck.Input(peer)), 1);
        foreach (var ours in state.ParameterNames)
            PeerCheck.Set(state.Parameter(ours), PeerCheck.Parameter(peer, $"initial.{Theirs(ours)}"));
        var norms = state.Network.Nodes.Where(node => node.Layer is BatchNormalization).Select(state.Network.NameOf).ToArray();
        PeerCheck.Agrees(
            peer, state, [.. state.ParameterNames.Select(ours => ($"gradient.{Theirs(ours)}", ours))],
            [
                .. norms.Select(norm => ($"after.{Theirs(norm)}.running_mean", $"{norm}.movingMean")),
                .. norms.Select(norm => ($"after.{Theirs(norm)}.running_var", $"{norm}.movingVariance")),
            ]);
    }

    private static Network Inception(
        Network input, string name, (int Conv1x1, int Reduce3x3, int Conv3x3, int ReduceDouble3x3, int Double3x3) filters, Func<Network, Network> pool, int projection) =>
        Network.Join(
            new Concatenation(),
            Unit(input, $"{name}_branches_0", filters.Conv1x1, 1),
            Unit(Unit(input, $"{name}_branches_1_reduce", filters.Reduce3x3, 1), $"{name}_branches_1_conv", filters.Conv3x3, 3),
            Unit(
                Unit(Unit(input, $"{name}_branches_2_reduce", filters.ReduceDouble3x3, 1), $"{name}_branches_2_conv1", filters.Double3x3, 3),
                $"{name}_branches_2_conv2", filters.Double3x3, 3),
            Unit(pool(input), $"{name}_branches_3_project", projection, 1));

    private static Network Residual(Network input, int filters, int stride, Network shortcut) =>
        Network.Join(new Sum(), Normalized(Unit(input, "first", filters, 3, stride), "second", filters, 3), shortcut).Relu();

    private static Network Unit(Network input, string name, int filters, int kernel, int stride = 1) => Normalized(input, name, filters, kernel, stride).Relu();

    private static Network Normalized(Network input, string name, int filters, int kernel, int stride = 1) => input
        .Convolution(filters, kernel, stride, Padding.All(kernel / 2), bias: false, name: $"{name}_conv")
        .Then(new BatchNormalization { Epsilon = 1e-5, NewBatchWeight = 0.1 }, $"{name}_norm");

    /// <summary>The peer's name for a layer or parameter of ours.</summary>
    private static string Theirs(string ours) => ours
        .Replace(".gamma", ".weight", StringComparison.Ordinal).Replace(".beta", ".bias", StringComparison.Ordinal).Replace('_', '.');
}
