using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels;

/// <summary>Averages over whole maps, held against float64.</summary>
[Trait("leg", "instruction-set")]
public class GlobalPoolingTests
{
    private const double Bound = 1e-6;

    [Fact]
    public void Averages_and_their_gradients_are_right()
    {
        foreach (var channels in new[] { 1, 3, 5, 16, 33, 64 })
        {
            foreach (var places in new[] { 1, 2, 7, 8, 9, 49, 1000 })
            {
                var x = new GuardedMatrix(places, channels, channels + 3, 1, mean: 2);
                var y = new GuardedMatrix(1, channels, channels);
                GlobalPooling.Forward(x.Span, x.Stride, y.Span, places);
                y.AssertNear((_, channel) => x.Column(channel).Average(), Bound, 1);
                y.AssertGuardsHold();

                var dy = new GuardedMatrix(1, channels, channels, 2);
                foreach (var accumulate in new[] { false, true })
                {
                    var dx = new GuardedMatrix(places, channels, channels + 3, 3);
                    var before = dx.Copy();
                    GlobalPooling.Backward(dy.Span, dx.Span, dx.Stride, places, places, accumulate);
                    dx.AssertNear((row, channel) => dy[0, channel] / (double)places + (accumulate ? before[row, channel] : 0), Bound, accumulate ? 1 : 0);
                    dx.AssertGuardsHold();
                }
            }
        }
    }

    [Fact]
    public void A_large_map_loses_no_accuracy()
    {
        var x = new GuardedMatrix(112 * 112, 3, 3, 1, mean: 100);
        var y = new GuardedMatrix(1, 3, 3);
        GlobalPooling.Forward(x.Span, 3, y.Span, x.Rows);
        y.AssertNear((_, channel) => x.Column(channel).Average(), 5e-6, 0);
    }

    [Fact]
    public void Tensors_that_do_not_hold_the_map_are_refused()
    {
        var (six, two) = (new float[6], new float[2]);
        Assert.Throws<ArgumentException>(() => GlobalPooling.Forward(six, 2, two, 4));
        Assert.Throws<ArgumentException>(() => GlobalPooling.Forward(six, 1, two, 3));
        Assert.Throws<ArgumentException>(() => GlobalPooling.Backward(two, six, 2, 4, 4, accumulate: false));
    }
}
