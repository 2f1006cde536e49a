namespace Batchwise.Tests.Networks;

/// <summary>The scalar functions of layers at values that are known, and what they do at their kinks.</summary>
public class FunctionLayerTests
{
    /// <summary>The normal distribution as tables have it (Abramowitz and Stegun, table 26.1).</summary>
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(0.5, 0.691462461274013)]
    [InlineData(1, 0.841344746068543)]
    [InlineData(2, 0.977249868051821)]
    [InlineData(3, 0.998650101968370)]
    [InlineData(4.5, 0.999996602326875)]
    public void Gelu_is_x_times_the_normal_distribution(double x, double probability)
    {
        Assert.Equal(x * probability, new Gelu().Value(x), 1e-14);
        Assert.Equal(-x * (1 - probability), new Gelu().Value(-x), 1e-14);
    }

    /// <summary>Far out, and where the series hands over to the fraction.</summary>
    [Fact]
    public void Its_tail_keeps_its_digits()
    {
        // The probability of a value below -10, and of one below -5.
        Assert.Equal(-10 * 7.61985302416053e-24, new Gelu().Value(-10), 1e-35);
        Assert.Equal(-5 * 2.86651571879194e-7, new Gelu().Value(-5), 1e-20);
        Assert.Equal(new Gelu().Value(-3), new Gelu().Value(Math.BitDecrement(-3.0)), 1e-15);
        Assert.Equal((0, 100), (new Gelu().Value(-100), new Gelu().Value(100)));
    }

    [Fact]
    public void Its_approximation_is_near_and_is_not_the_same()
    {
        var apart = Enumerable.Range(-500, 1001).Max(i => Math.Abs(new Gelu().Value(i / 100.0) - new Gelu { Approximate = true }.Value(i / 100.0)));
        Assert.InRange(apart, 1e-4, 5e-4);
        // x (1 + tanh(0.7978845608 1.044715)) / 2 at 1.
        Assert.Equal(0.841191990608277, new Gelu { Approximate = true }.Value(1), 1e-14);
    }

    [Fact]
    public void Values_are_the_formulas_of_the_layers()
    {
        Assert.Equal((2, Math.Exp(-1) - 1, 3 * (Math.Exp(-1) - 1)), (new Elu().Value(2), new Elu().Value(-1), new Elu(3).Value(-1)));
        Assert.Equal(2 / (1 + Math.Exp(-2)), new Silu().Value(2));
        Assert.Equal((0, 0, 0.5, 1), (new HardSigmoid().Value(-4), new HardSigmoid().Value(-3), new HardSigmoid().Value(0), new HardSigmoid().Value(3)));
        Assert.Equal(2.0 / 3, new HardSigmoid().Value(1), 1e-15);
        Assert.Equal(0.9, new HardSigmoid(0.2, 0.5).Value(2), 1e-15);
        Assert.Equal((0.0, 0.0, 4.0), (0 + new HardSwish().Value(-3.5), new HardSwish().Value(0), new HardSwish().Value(4)));
        Assert.Equal(-1.0 / 3, new HardSwish().Value(-1), 1e-15);
        Assert.Equal((-1, 0.5, 2), (new Clip(-1, 2).Value(-7), new Clip(-1, 2).Value(0.5), new Clip(-1, 2).Value(7)));
        Assert.Equal(new Clip(0, 6), Network.Input(3).Relu6().Output.Layer);
    }

    [Fact]
    public void A_clip_may_be_open_on_either_side()
    {
        var (below, above, neither) = (new Clip(double.NegativeInfinity, 1), new Clip(1, double.PositiveInfinity), new Clip(double.NegativeInfinity, double.PositiveInfinity));
        Assert.Equal((-1e300, 1), (below.Value(-1e300), below.Value(1e300)));
        Assert.Equal((1, 1e300), (above.Value(-1e300), above.Value(1e300)));
        Assert.Equal((-1e300, 1e300), (neither.Value(-1e300), neither.Value(1e300)));
        Assert.Equal((1, 1), (neither.Derivative(-1e300), neither.Derivative(1e300)));
        Assert.Equal((2, 0), (new Clip(2, 2).Value(5), new Clip(2, 2).Derivative(2)));
    }

    [Fact]
    public void Derivatives_at_kinks_are_as_the_layers_say()
    {
        Assert.Equal((1, 0.7), (new Elu(0.7).Derivative(1e-9), new Elu(0.7).Derivative(0)));
        Assert.Equal((0, 0.25, 0), (new HardSigmoid(0.25).Derivative(-2), new HardSigmoid(0.25).Derivative(0), new HardSigmoid(0.25).Derivative(2)));
        Assert.Equal((0, 0.5, 1), (new HardSwish().Derivative(-3), new HardSwish().Derivative(0), new HardSwish().Derivative(3)));
        Assert.Equal((0, 1, 0), (new Clip(0, 6).Derivative(0), new Clip(0, 6).Derivative(3), new Clip(0, 6).Derivative(6)));
    }

    [Fact]
    public void Of_equal_largest_values_the_first_gets_the_gradient_and_NaN_wins()
    {
        var reference = new ReferenceNetwork(Network.Input(2, 2, 2).GlobalMaxPool(), 1, NetworkMode.Training);
        Assert.Equal([3, double.NaN], reference.Forward([1, 5, 3, 9, 3, double.NaN, 2, double.NaN], 1).ToArray());
        Assert.Equal([0, 0, 10, 0, 0, 20, 0, 0], reference.Backward([10, 20]).ToArray());
    }
}
