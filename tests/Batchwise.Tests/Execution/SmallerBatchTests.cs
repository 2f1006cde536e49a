namespace Batchwise.Tests.Execution;

/// <summary>
/// A plan runs every batch up to its capacity, each to the bits of a plan of that capacity. Fewer samples may need more room than more do:
/// 1,029 rows are cut into 13 blocks, 980 rows into 16.
/// </summary>
public class SmallerBatchTests
{
    // From so many rows on blocks grow, and there are fewer of them.
    private const int MostRowsOfSmallestBlocks = 1024;

    public static TheoryData<string> Names => PlanTests.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_plan_takes_every_smaller_batch(string name)
    {
        var network = PlanTests.Cases[name];
        var positions = network.Nodes.Select(node => node.Shape.Rank > 1 ? node.Shape.Positions : 1).Distinct().OrderDescending().ToArray();
        var most = positions[0];
        Run(network, Capacity(most), most == 1 ? [Capacity(1) - 1] : [.. Enumerable.Range(2, Capacity(most) - 2)]);
        foreach (var fewer in positions[1..])
            Run(network, Capacity(fewer), [Capacity(fewer) - 1]);
    }

    [Theory]
    [InlineData(21, 20)]
    [InlineData(60, 41)]
    public void So_do_maps_of_7_by_7(int capacity, int count)
    {
        var map = Network.Input(7, 7, 5);
        foreach (var network in new[]
        {
            map.Convolution(6, 3, bias: false).BatchNormalization().Relu(), map.BatchNormalization().MaxPool(3, 1, Padding.All(1)), map.Then(new ZcaWhitening { GroupSize = 3 }), map.Prelu(),
            map.Then(new ChannelAffine()).Tanh(), map.AveragePool(3, 1, Padding.All(1)).BatchNormalization(), Network.Join(new Sum(), map, map.Convolution(5, 1, bias: false).BatchNormalization()).Relu(),
        })
            Run(network, capacity, [count]);
    }

    // 17 samples are cut into 9 blocks, 16 samples into 16.
    [Fact]
    public void So_do_samples_that_are_large()
    {
        foreach (var network in new[]
        {
            Network.Input(2100).Then(new LayerNormalization()), Network.Input(2100).Then(new GroupNormalization(3)), Network.Input(10, 10, 21).Then(new InstanceNormalization()).Relu(),
        })
            Run(network, 17, [16]);
    }

    // 385 rows are packed 54 at a time and 384 rows 96; 257 steps of a sum go in parts of 136 and 256 in one.
    [Theory]
    [InlineData(1024, 1024, 385, 384)]
    [InlineData(64, 16_384, 257, 256)]
    public void So_do_products_that_are_packed(int inputs, int outputs, int capacity, int count)
    {
        Assert.True(DenseProducts.Choose(capacity, inputs, outputs).Packed);
        Run(Network.Input(inputs).Dense(outputs, bias: false).Relu().Dense(2), capacity, [count]);
    }

    private static int Capacity(int positions) => MostRowsOfSmallestBlocks / positions + 1;

    private static void Run(Network network, int capacity, int[] counts)
    {
        var whole = RunCase.Of(network, capacity);
        var plan = whole.Compile();
        foreach (var count in counts)
        {
            var part = whole with { X = whole.X[..(count * network.InputShape.Size)], OutputGradient = whole.OutputGradient[..(count * network.OutputShape.Size)], Count = count };
            var actual = part.Run(plan, new SerialExecutor());
            // Compiling takes longer than running: the largest is the one that is cut into the most blocks.
            if (count != counts[^1])
                continue;
            var expected = part.ByPlan();
            Assert.Equal(expected.Output, actual.Output);
            Assert.All(expected.Gradients, entry => Assert.Equal(entry.Value, actual.Gradients[entry.Key]));
            Assert.All(expected.Statistics, entry => Assert.Equal(entry.Value, actual.Statistics[entry.Key]));
        }
    }
}
