using Batchwise.Lab;

namespace Batchwise.Tests.Lab;

public sealed class RectifierTests
{
    [Fact]
    public void A_cell_is_a_network_of_its_depth_and_start()
    {
        var cell = new RectifierCell(RectifierFunction.All[^1], RectifierStart.All[^1], 10, Normalized: true);
        Assert.Equal("prelu-he-10-batch-norm", cell.Name);
        var network = cell.ToArm(100).Build(LabBench.Network, null);
        NetworkVerifier.Verify(network);
        Assert.Equal(10, network.Nodes.Count(node => node.Layer is Prelu { InitialSlope: 0.25 }));
        Assert.Equal(10, network.Nodes.Count(node => node.Layer is BatchNormalization));
        Assert.All(network.Nodes.Select(node => node.Layer).OfType<Dense>(), dense => Assert.Equal(Initializer.He(0.25), dense.Weights));

        // Both of a pair start from the same weights.
        var plain = (cell with { Normalized = false }).ToArm(100).Build(LabBench.Network, null);
        Assert.True(NetworkState.Create(plain, 2).Parameter("dense5.weight").SequenceEqual(NetworkState.Create(network, 2).Parameter("dense5.weight")));
    }

    [Fact]
    public void Level_needs_the_whole_interval_within_the_margin()
    {
        Assert.True(RectifierResults.IsLevel(new PairedDifference(0.004, 0.001, 0.007)));
        Assert.False(RectifierResults.IsLevel(new PairedDifference(0, -0.011, 0.011)));
    }
}
