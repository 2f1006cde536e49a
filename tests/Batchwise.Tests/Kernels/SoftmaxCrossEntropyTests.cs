using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels;

[Trait("leg", "instruction-set")]
public class SoftmaxCrossEntropyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(500)]
    public void Loss_and_gradient_are_right_at_every_width(double size)
    {
        for (var classes = 1; classes <= 70; classes++)
        {
            var x = new GuardedMatrix(1, classes, classes, (ulong)classes, 0, size);
            var gradient = new GuardedMatrix(1, classes, classes);
            var label = classes / 2;
            var loss = SoftmaxCrossEntropy.Row(x.Span, gradient.Span, label, 0.25f);
            var softmax = Softmax(x);
            // exp of a difference that is rounded by half a unit of up to 500.
            Assert.Equal(-LogSoftmax(x, label), loss, 1e-6 * Math.Max(1, size));
            gradient.AssertNear((_, i) => 0.25 * (softmax[i] - (i == label ? 1 : 0)), 1e-6 * Math.Max(1, size / 10), 0.25);
            gradient.AssertGuardsHold();

            var probabilities = new GuardedMatrix(1, classes, classes);
            SoftmaxCrossEntropy.Softmax(x.Span, probabilities.Span);
            probabilities.AssertNear((_, i) => softmax[i], 1e-6 * Math.Max(1, size / 10), 1);
            Assert.Equal(1, probabilities.Span.ToArray().Sum(value => (double)value), 1e-6);
            SoftmaxCrossEntropy.Softmax(x.Span, x.Span);
            Assert.Equal(probabilities.Span, x.Span);
        }
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-500f)]
    [InlineData(3e38f)]
    public void Equal_logits_share_alike(float logit)
    {
        var (x, gradient) = (Enumerable.Repeat(logit, 10).ToArray(), new float[10]);
        Assert.Equal(Math.Log(10), SoftmaxCrossEntropy.Row(x, gradient, 3, 1), 1e-12);
        Assert.All(Enumerable.Range(0, 10), i => Assert.Equal(i == 3 ? -0.9 : 0.1, gradient[i], 1e-7));
    }

    [Fact]
    public void An_answer_that_is_surely_wrong_costs_its_distance()
    {
        var gradient = new float[3];
        Assert.Equal(1000, SoftmaxCrossEntropy.Row([500, -500, -500], gradient, 1, 1), 1e-9);
        Assert.Equal([1f, -1f, 0f], gradient.Select(value => MathF.Round(value, 6)));
        Assert.Equal(0, SoftmaxCrossEntropy.Row([500, -500, -500], gradient, 0, 1), 1e-12);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_logit_that_is_no_number_makes_the_loss_none(float value)
    {
        for (var place = 0; place < 20; place++)
        {
            var x = new float[20];
            x[place] = value;
            Assert.False(double.IsFinite(SoftmaxCrossEntropy.Row(x, new float[20], 4, 1)));
        }
    }

    private static double LogSoftmax(GuardedMatrix x, int label)
    {
        var largest = x.Span.ToArray().Max();
        return x[0, label] - largest - Math.Log(x.Span.ToArray().Sum(value => Math.Exp((double)value - largest)));
    }

    private static double[] Softmax(GuardedMatrix x) => [.. Enumerable.Range(0, x.Columns).Select(i => Math.Exp(LogSoftmax(x, i)))];
}
