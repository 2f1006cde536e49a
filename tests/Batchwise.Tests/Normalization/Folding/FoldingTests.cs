using Batchwise.Tests.Execution;
using Batchwise.Tests.Networks;

namespace Batchwise.Tests.Normalization;

/// <summary>Into which layers a normalization may be folded: into those whose output nothing else reads.</summary>
public class FoldingTests
{
    private static readonly Network Map = Network.Input(4, 5, 3);

    private static readonly Dictionary<string, (Network Network, bool Stays)> Cases = new()
    {
        ["a convolution that it alone reads"] = (Map.Convolution(6, 3, bias: false).BatchNormalization().Relu(), false),
        ["a dense layer that it alone reads"] = (Network.Input(7).Dense(6).BatchNormalization().Relu(), false),
        ["a convolution that a sum reads too"] = (Shared(Map.Convolution(6, 3), own => own), true),
        ["a convolution without bias that a sum reads too"] = (Shared(Map.Convolution(6, 3, bias: false), own => own), true),
        ["a convolution that a layer reads too, which a sum reads"] = (Shared(Map.Convolution(6, 3), own => own.Relu()), true),
        ["a dense layer that a sum reads too"] = (Shared(Network.Input(7).Dense(6), own => own), true),
        ["a dense layer that another normalization reads too"] =
            (Shared(Network.Input(7).Dense(6), own => own.BatchNormalization()), true),
        ["a convolution that a concatenation reads too"] = (Network.Join(new Concatenation(), Both(Map.Convolution(6, 3))), true),
        ["a convolution that it reads, and the same normalized again"] =
            (Map.Convolution(6, 3).BatchNormalization().BatchNormalization().Relu(), false),
        ["what is no product"] = (Map.Relu().BatchNormalization().Tanh(), true),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_folded_network_computes_the_same(string name)
    {
        var (network, stays) = Cases[name];
        const int count = 4;
        var state = RandomState.Of(network);
        var folded = Folding.Fold(state);
        Assert.DoesNotContain(folded.Network.Nodes, node => node.Layer is ChannelNormalization);
        Assert.Equal(stays, folded.Network.Nodes.Any(node => node.Layer is ChannelAffine));
        PlanCheck.Close("folded", Output(folded), Output(state));

        double[] Output(NetworkState of)
        {
            var reference = new ReferenceNetwork(of.Network, count, NetworkMode.Inference);
            reference.Load(of);
            return reference.Forward(Numbers.Normal(count * network.InputShape.Size, 1), count).ToArray();
        }
    }

    private static Network Shared(Network layer, Func<Network, Network> other) =>
        Network.Join(new Sum(), layer.BatchNormalization(), other(layer)).Tanh();

    private static Network[] Both(Network layer) => [layer, layer.BatchNormalization()];
}
