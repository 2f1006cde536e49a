using Batchwise.Kernels;
using static System.FormattableString;

namespace Batchwise.Tests.Kernels;

/// <summary>Exponential, logistic function and hyperbolic tangent over all they take, held against float64.</summary>
[Trait("leg", "instruction-set")]
public class FunctionTests
{
    private const double HalfUnit = 1.0 / (1 << 24);

    public static TheoryData<int> Widths => [1, 4, 8, 16];

    [Theory, MemberData(nameof(Widths))]
    public void The_exponential_is_within_two_units_in_the_last_place(int width)
    {
        var x = Grid(-87.33f, 88.72f, 40_001);
        var y = FunctionFacade.Of(width).Exponential(x);
        for (var i = 0; i < x.Length; i++)
        {
            var expected = Math.Exp(x[i]);
            var unit = MathF.BitIncrement((float)expected) - (float)expected;
            Assert.True(Math.Abs(y[i] - expected) <= 2.0 * unit, Invariant($"exp({x[i]:R}) is {y[i]:R}, expected {expected:R}, a unit being {unit:R}."));
        }
    }

    [Theory, MemberData(nameof(Widths))]
    public void The_exponential_is_exact_at_zero_and_clamps_what_is_beyond_its_results(int width)
    {
        var functions = FunctionFacade.Of(width);
        Assert.Equal([1f, 1f], functions.Exponential([0f, -0f]));
        var beyond = functions.Exponential([88.72f, 89f, 1e30f, float.PositiveInfinity, -87.33f, -88f, -1e30f, float.NegativeInfinity]);
        Assert.All(beyond[..4], value => Assert.Equal(beyond[0], value));
        Assert.All(beyond[4..], value => Assert.Equal(beyond[4], value));
        Assert.All(beyond, value => Assert.True(float.IsNormal(value) && value > 0));
        Assert.True(float.IsNaN(functions.Exponential([float.NaN])[0]));
    }

    [Theory, MemberData(nameof(Widths))]
    public void The_logistic_function_keeps_its_relative_accuracy_where_it_is_small(int width)
    {
        var x = Grid(-87f, 40f, 30_001);
        var y = FunctionFacade.Of(width).Value<SigmoidFunction>(x);
        for (var i = 0; i < x.Length; i++)
        {
            // Two units of the exponential, and a half each of sum and quotient.
            var expected = 1 / (1 + Math.Exp(-(double)x[i]));
            Assert.True(Math.Abs(y[i] - expected) <= 7 * HalfUnit * expected, Invariant($"sigmoid({x[i]:R}) is {y[i]:R}, expected {expected:R}."));
        }
    }

    [Theory, MemberData(nameof(Widths))]
    public void The_tangent_keeps_its_relative_accuracy_near_zero(int width)
    {
        float[] x = [.. Grid(-12f, 12f, 30_001), .. Grid(-1e-3f, 1e-3f, 2_001), 1e-30f, -1e-30f, 0.625f, 0.62500006f];
        var y = FunctionFacade.Of(width).Value<TanhFunction>(x);
        for (var i = 0; i < x.Length; i++)
        {
            var expected = Math.Tanh(x[i]);
            Assert.True(Math.Abs(y[i] - expected) <= 4 * HalfUnit * Math.Abs(expected), Invariant($"tanh({x[i]:R}) is {y[i]:R}, expected {expected:R}."));
            Assert.InRange(y[i], -1f, 1f);
        }
        Assert.Equal(0f, FunctionFacade.Of(width).Value<TanhFunction>([0f])[0]);
    }

    [Theory, MemberData(nameof(Widths))]
    public void Functions_saturate_at_infinity_and_pass_NaN_on(int width)
    {
        var functions = FunctionFacade.Of(width);
        float[] x = [float.NegativeInfinity, float.NegativeInfinity, float.PositiveInfinity, 200, float.NaN, -1000];
        var sigmoid = functions.Value<SigmoidFunction>(x);
        Assert.InRange(sigmoid[0], 0, 1.2e-38f);
        Assert.InRange(sigmoid[5], 0, 1.2e-38f);
        Assert.Equal([1f, 1f, float.NaN], sigmoid[2..5]);
        Assert.Equal([-1f, -1f, 1f, 1f, float.NaN, -1f], functions.Value<TanhFunction>(x));
        Assert.Equal([0f, 0f, float.PositiveInfinity, 200f, float.NaN, 0f], functions.Value<ReluFunction>(x));
        Assert.Equal([float.NegativeInfinity, float.NegativeInfinity, float.PositiveInfinity, 200f, float.NaN, -250f], functions.Value(x, new LeakyReluFunction(0.25f)));
        Assert.Equal(x, functions.Value<IdentityFunction>(x));
    }

    private static float[] Grid(float first, float last, int count) =>
        [.. Enumerable.Range(0, count).Select(i => (float)(first + (last - (double)first) * i / (count - 1)))];
}
