using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels;

/// <summary>Local response normalization by rows, held against the layer's reference in float64.</summary>
[Trait("leg", "instruction-set")]
public class ResponseRowsTests
{
    private const double Bound = 4e-6;
    private const int Rows = 5;

    public static TheoryData<int, double> Cases => new() { { 5, 0.75 }, { 1, 0.75 }, { 3, 0.5 }, { 9, 1.3 }, { 41, 0.75 } };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_and_gradients_are_right(int size, double beta)
    {
        var layer = new LocalResponseNormalization { Size = size, Alpha = 0.7, Beta = beta, Offset = 1.5 };
        var settings = new ResponseSettings(size, 0.7f, (float)beta, 1.5f);
        foreach (var channels in new[] { 1, 3, 5, 16, 33, 64 })
        {
            var (x, dy) = (new GuardedMatrix(Rows, channels, channels + 3, 1), new GuardedMatrix(Rows, channels, channels + 1, 2));
            var reference = new ReferenceNetwork(Network.Input(channels).Then(layer), Rows, NetworkMode.Training);
            var expected = reference.Forward(Dense(x), Rows).ToArray();
            var gradient = reference.Backward(Dense(dy)).ToArray();

            var y = new GuardedMatrix(Rows, channels, channels + 2);
            ResponseRows.Forward(settings, x.Span, x.Stride, y.Span, y.Stride, Rows, channels, Scratch(settings, channels));
            y.AssertNear((row, channel) => expected[row * channels + channel], Bound, 1);
            y.AssertGuardsHold();
            foreach (var accumulate in new[] { false, true })
            {
                var dx = new GuardedMatrix(Rows, channels, channels + 5, 3);
                var before = dx.Copy();
                ResponseRows.Backward(settings, x.Span, x.Stride, dy.Span, dy.Stride, dx.Span, dx.Stride, accumulate, Rows, channels, Scratch(settings, channels));
                dx.AssertNear((row, channel) => gradient[row * channels + channel] + (accumulate ? before[row, channel] : 0), Bound, 3);
                dx.AssertGuardsHold();
            }
        }
    }

    [Fact]
    public void Tensors_that_do_not_hold_the_rows_are_refused()
    {
        var settings = new ResponseSettings(5, 1, 0.75f, 1);
        var (six, five, scratch) = (new float[6], new float[5], Scratch(settings, 3));
        Assert.Throws<ArgumentException>(() => ResponseRows.Forward(settings, five, 3, six, 3, 2, 3, scratch));
        Assert.Throws<ArgumentException>(() => ResponseRows.Forward(settings, six, 3, five, 3, 2, 3, scratch));
        Assert.Throws<ArgumentException>(() => ResponseRows.Forward(settings, six, 3, six, 3, 2, 3, scratch.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => ResponseRows.Backward(settings, six, 3, five, 3, six, 3, false, 2, 3, scratch));
    }

    private static float[] Scratch(ResponseSettings settings, int channels)
    {
        var scratch = new float[ResponseRows.Scratch(settings, channels)];
        scratch.AsSpan().Fill(float.NaN);
        return scratch;
    }

    private static double[] Dense(GuardedMatrix matrix) =>
        [.. Enumerable.Range(0, matrix.Rows).SelectMany(row => Enumerable.Range(0, matrix.Columns).Select(column => (double)matrix[row, column]))];
}
