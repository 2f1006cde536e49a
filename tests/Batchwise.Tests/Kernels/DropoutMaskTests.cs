using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels;

public class DropoutMaskTests
{
    private const ulong Seed = 5;
    private const int Batch = 3;

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(0.9)]
    public void The_mask_is_the_references_bit_for_bit_from_any_place_on(double probability)
    {
        var layer = new Dropout(probability);
        var network = Network.Input(41).Then(layer);
        var reference = new ReferenceNetwork(network, Batch, NetworkMode.Training);
        var ones = new double[Batch * 41];
        ones.AsSpan().Fill(1);
        var expected = reference.Forward(ones, Batch, Seed, step: 7).ToArray();
        var stream = new RandomKey(Seed, 7, network.Nodes.IndexOf(network.Output)).Index;
        for (var first = 0; first < 20; first++)
        {
            for (var length = 1; length <= 30; length++)
            {
                var x = new GuardedMatrix(1, length, length);
                x.Fill((_, _) => 1);
                var y = new GuardedMatrix(1, length, length, 3);
                var before = y.Copy();
                DropoutMask.Run(x.Span, y.Span, (uint)first, Seed, stream, layer.Threshold, (float)(1 / (1 - probability)), accumulate: false);
                for (var i = 0; i < length; i++)
                    Assert.Equal((float)expected[first + i], y[0, i]);
                y.AssertGuardsHold();
                DropoutMask.Run(x.Span, before.Span, (uint)first, Seed, stream, layer.Threshold, (float)(1 / (1 - probability)), accumulate: true);
                before.AssertGuardsHold();
                Assert.All(Enumerable.Range(0, length), i => Assert.Equal(new GuardedMatrix(1, length, length, 3)[0, i] + y[0, i], before[0, i]));
            }
        }
    }
}
