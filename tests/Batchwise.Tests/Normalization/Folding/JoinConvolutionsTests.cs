using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Normalization;

/// <summary>Sums of convolutions of one value become one convolution: RepVGG's blocks and their like.</summary>
public class JoinConvolutionsTests
{
    private static readonly Network Trunk = Network.Input(7, 6, 4).Relu();

    private static readonly Dictionary<string, (Network Network, string Joined)> Joined = new()
    {
        ["three branches"] = (Block(Trunk, Branch(3), Branch(1), one => one.BatchNormalization()), "convolution1"),
        ["three branches, the largest last"] =
            (Block(Trunk, one => one.BatchNormalization(), Branch(1), Branch(3)), "convolution2"),
        ["three branches in groups"] = (Block(Trunk, Branch(3, groups: 2), Branch(1, groups: 2), one => one.BatchNormalization()),
            "convolution1"),
        ["three depthwise branches"] = (Block(Trunk, Branch(3, groups: 4), Branch(1, groups: 4), one => one.BatchNormalization()),
            "convolution1"),
        ["with a stride"] = (Block(Trunk, Branch(3, stride: 2), Branch(1, stride: 2)), "convolution1"),
        ["with other outputs than inputs"] = (Block(Trunk, Branch(3, outputs: 7), Branch(1, outputs: 7)), "convolution1"),
        ["with two of one size"] = (Block(Trunk, Branch(3), Branch(3)), "convolution1"),
        ["with the value itself"] = (Block(Trunk, Branch(3), one => one), "convolution1"),
        ["with the value itself, twice"] = (Block(Trunk, one => one, Branch(1), one => one), "convolution1"),
        ["a normalization behind the sum"] = (Block(Trunk, one => one.Convolution(4, 3), one => one.Convolution(4, 1, bias: false), one => one.BatchNormalization()).BatchNormalization(), "convolution1"),
        ["a normalization behind the sum with the value itself"] =
            (Block(Trunk, Branch(3), one => one).BatchNormalization(), "convolution1"),
        ["kernels of 3 x 1 and 1 x 3"] = (Block(Trunk, Branch(3), Sided(3, 1), Sided(1, 3)), "convolution1"),
        ["dilated"] = (Block(Trunk, Dilated(2), Branch(1)), "convolution1"),
        ["in a dilated one, a kernel of its outer taps"] = (
            Block(Trunk, Dilated(2), one => one.Then(new Convolution(4, new Window(2, 2) { DilationY = 4, DilationX = 4, Padding = Padding.All(2) })).BatchNormalization()), "convolution1"),
        ["two blocks, one behind the other"] =
            (Block(Block(Trunk, Branch(3), Branch(1), one => one.BatchNormalization()).Relu(), Branch(3), Branch(1), one =>
            one.BatchNormalization()), "convolution1"),
    };

    private static readonly Dictionary<string, Network> Apart = new()
    {
        ["of different values"] = Network.Join(new Sum(), Trunk.Convolution(4, 3).BatchNormalization(), Trunk.Tanh()
            .Convolution(4, 1).BatchNormalization()),
        ["in different groups"] = Block(Trunk, Branch(3), Branch(1, groups: 2)),
        ["of which the largest is read elsewhere"] = Elsewhere((large, small) => large),
        ["of which a smaller one is read elsewhere"] = Elsewhere((large, small) => small),
        ["of which one is a term twice"] = Twice(),
        ["a residual block"] = Network.Join(new Sum(), Trunk.Convolution(4, 3).BatchNormalization().Relu().Convolution(4, 3)
            .BatchNormalization(), Trunk),
        ["without any normalization"] = Block(Trunk, one => one.Convolution(4, 3), one => one.Convolution(4, 1)),
        ["a kernel between the taps of a dilated one"] =
            Block(Trunk, Dilated(2), one => one.Then(new Convolution(4, new Window(2, 2) { Padding = new(0, 1, 0, 1) }))
            .BatchNormalization()),
        ["a kernel that reaches farther to one side"] =
            Block(Trunk, Branch(3), one => one.Then(
            new Convolution(4, new Window(2, 2) { Padding = new(1, 0, 2, -0), DilationX = 2 })).BatchNormalization()),
        ["a map of places"] = Block(Trunk, Branch(3), one => one.BatchNormalization(new() { PerActivation = true })),
        ["the value itself and a kernel that does not see its own place"] = Block(
            Trunk, one => one.Then(new Convolution(4, new Window(2, 2) { DilationY = 2, DilationX = 2, Padding = Padding.All(1) })).BatchNormalization(), one => one),
    };

    public static TheoryData<string> JoinedNames => [.. Joined.Keys];

    public static TheoryData<string> ApartNames => [.. Apart.Keys];

    [Theory]
    [MemberData(nameof(JoinedNames))]
    public void Branches_of_one_value_become_one_convolution(string name)
    {
        var (network, joined) = Joined[name];
        var (folded, report) = FoldingCheck.ComputesTheSame(RandomState.Of(network));
        Assert.DoesNotContain(folded.Network.Nodes, node => node.Layer is Sum or ChannelAffine or ChannelNormalization);
        Assert.Equal(network.Nodes.Count(node => node.Layer is Sum),
            folded.Network.Nodes.Count(node => node.Layer is Convolution));
        Assert.IsType<Convolution>(folded.Network[joined].Layer);
        Assert.All(report.Normalizations, one => Assert.True(one.IsFolded));
        Assert.Equal(joined, report.Normalizations[0].Into[0]);
        Assert.Contains("sum1", report.Removed);
        Assert.All(report.Normalizations, one =>
            Assert.All(one.Into, into => Assert.Contains(folded.Network.Nodes, node => folded.Network.NameOf(node) == into)));
    }

    [Theory]
    [MemberData(nameof(ApartNames))]
    public void Others_stay_a_sum(string name)
    {
        var (folded, report) = FoldingCheck.ComputesTheSame(RandomState.Of(Apart[name]));
        Assert.Contains(folded.Network.Nodes, node => node.Layer is Sum);
        Assert.DoesNotContain("sum1", report.Removed);
    }

    /// <summary>By hand: one channel, a kernel of 3 x 3, one of 1 x 1 and the value, each with a scale and shift.</summary>
    [Fact]
    public void The_smaller_kernel_and_the_value_go_into_the_middle()
    {
        var state = NetworkState.Create(Block(Network.Input(3, 3, 1), one => one.Convolution(1, 3).Then(new ChannelAffine()), one => one.Convolution(1, 1).Then(new ChannelAffine()), one => one.Then(new ChannelAffine())), 1);
        for (var i = 0; i < 9; i++)
            state.Parameter("convolution1.weight")[i] = i;
        state.Parameter("convolution2.weight")[0] = 10;
        (state.Parameter("channelAffine1.scale")[0], state.Parameter("channelAffine2.scale")[0],
            state.Parameter("channelAffine3.scale")[0]) = (2, 3, 5);
        (state.Parameter("channelAffine1.shift")[0], state.Parameter("channelAffine2.shift")[0],
            state.Parameter("channelAffine3.shift")[0]) = (1, 2, 4);
        state.Parameter("channelAffine3.center")[0] = 7;
        var folded = Folding.Fold(state);
        // Twice the kernel, in its middle 2 x 4 + 3 x 10 + 5.
        Assert.Equal([0, 2, 4, 6, 43, 10, 12, 14, 16], folded.Parameter("convolution1.weight").ToArray());
        // 1 + 2 + 4 - 5 x 7.
        Assert.Equal([-28], folded.Parameter("convolution1.bias").ToArray());
    }

    private static Func<Network, Network> Branch(int kernel, int groups = 1, int stride = 1, int outputs = 4) =>
        trunk => trunk.Convolution(outputs, kernel, stride, Padding.All(kernel / 2), groups, bias: false).BatchNormalization();

    private static Func<Network, Network> Sided(int height, int width) =>
        trunk => trunk.Then(new Convolution(4, new Window(height, width) { Padding = Padding.Same })).BatchNormalization();

    private static Func<Network, Network> Dilated(int dilation) =>
        trunk =>
            trunk.Then(new Convolution(4, new Window(3, 3)
            {
                DilationY = dilation,
                DilationX = dilation,
                Padding = Padding.Same
            })).BatchNormalization();

    private static Network Block(Network trunk, params Func<Network, Network>[] branches) =>
        Network.Join(new Sum(), [.. branches.Select(branch => branch(trunk))]);

    private static Network Elsewhere(Func<Network, Network, Network> which)
    {
        var (large, small) = (Branch(3)(Trunk), Branch(1)(Trunk));
        return Network.Join(new Concatenation(), Network.Join(new Sum(), large, small), which(large, small).Tanh());
    }

    private static Network Twice()
    {
        var small = Branch(1)(Trunk);
        return Network.Join(new Sum(), Branch(3)(Trunk), small, small);
    }
}
