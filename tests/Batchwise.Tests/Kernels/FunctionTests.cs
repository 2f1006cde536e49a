using Batchwise.Kernels;
using static System.FormattableString;

namespace Batchwise.Tests.Kernels;

/// <summary>Exponential, logistic function, hyperbolic tangent and what is made of them, over all they take, held against float64.</summary>
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
    public void The_exponential_less_one_keeps_its_relative_accuracy_near_zero(int width)
    {
        float[] x = [.. Grid(-87f, 0f, 30_001), .. Grid(-1f, 0f, 10_001), -1e-4f, -1e-20f, -1e-38f];
        var y = FunctionFacade.Of(width).ExponentialMinusOne(x);
        for (var i = 0; i < x.Length; i++)
        {
            var expected = Less(x[i]);
            Assert.True(Math.Abs(y[i] - expected) <= 12 * HalfUnit * Math.Abs(expected), Invariant($"exp({x[i]:R}) - 1 is {y[i]:R}, expected {expected:R}."));
        }
        Assert.Equal([0f, -1f, float.NaN], FunctionFacade.Of(width).ExponentialMinusOne([0f, float.NegativeInfinity, float.NaN]));

        // A series where float64 would cancel too.
        static double Less(double x) => x > -1e-3 ? x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4))) : Math.Exp(x) - 1;
    }

    [Theory, MemberData(nameof(Widths))]
    public void Smooth_rectifiers_keep_their_relative_accuracy_in_the_tail(int width)
    {
        var functions = FunctionFacade.Of(width);
        // Ten half units, and one for every unit of the exponent, which is rounded before the exponential is taken.
        Near<SiluFunction>(new Silu(), -80f, x => Math.Abs(x));
        Near<GeluFunction>(new Gelu(), -12f, x => x * x / 2);
        // Of this exponent three roundings.
        Near<GeluTanhFunction>(new Gelu { Approximate = true }, -9f, x => 3 * 1.6 * Math.Abs(x + 0.0447 * x * x * x));

        void Near<TFunction>(Activation exact, float first, Func<double, double> exponent)
            where TFunction : struct, IActivationFunction
        {
            float[] x = [.. Grid(first, 20f, 40_001), .. Grid(-1e-3f, 1e-3f, 1_001), 1e-30f, -1e-30f];
            var y = functions.Value<TFunction>(x);
            for (var i = 0; i < x.Length; i++)
            {
                var expected = exact is Gelu { Approximate: true } ? Tail(x[i]) : exact.Value(x[i]);
                var allowed = (10 + (x[i] < 0 ? exponent(x[i]) : 0)) * HalfUnit * Math.Abs(expected);
                Assert.True(Math.Abs(y[i] - expected) <= allowed, Invariant($"{exact.Kind}({x[i]:R}) is {y[i]:R}, expected {expected:R} within {allowed:E2}."));
            }
        }

        // (1 + tanh u) / 2 = 1 / (1 + exp(-2 u)), whose digits do not cancel.
        static double Tail(double x) => x / (1 + Math.Exp(-2 * Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    }

    [Theory, MemberData(nameof(Widths))]
    public void Derivatives_that_are_told_from_the_argument_are_right(int width)
    {
        var functions = FunctionFacade.Of(width);
        Near<SiluFunction>(new Silu());
        Near<GeluFunction>(new Gelu());
        Near<GeluTanhFunction>(new Gelu { Approximate = true });
        Near<HardSwishFunction>(new HardSwish());

        void Near<TFunction>(Activation exact)
            where TFunction : struct, IActivationFunction
        {
            float[] x = [.. Grid(-100f, 100f, 10_001), .. Grid(-8f, 8f, 20_001), 1e-30f, -1e-30f, 1e20f, -1e20f, float.MaxValue, float.MinValue];
            var dy = functions.Derivative<TFunction>(x);
            for (var i = 0; i < x.Length; i++)
            {
                var expected = exact.Derivative(Math.Clamp(x[i], -1e3, 1e3));
                Assert.True(Math.Abs(dy[i] - expected) <= 12 * HalfUnit, Invariant($"The derivative of {exact.Kind} at {x[i]:R} is {dy[i]:R}, expected {expected:R}."));
            }
        }
    }

    [Theory, MemberData(nameof(Widths))]
    public void Derivatives_at_kinks_are_as_the_layers_say(int width)
    {
        var functions = FunctionFacade.Of(width);
        Assert.Equal([0f, 1f], functions.Derivative<HardSwishFunction>([-3f, 3f]));
        Assert.Equal([0.5f, 0.5f], functions.Derivative([0f, -0f], new EluFunction(0.5f)));
        Assert.Equal([0f, 0.25f, 0f], functions.Derivative([0f, 0.5f, 1f], new HardSigmoidFunction(0.25f, 0.5f)));
        Assert.Equal([0f, 1f, 0f], functions.Derivative([-1f, 0f, 6f], new ClipFunction(-1, 6)));
        Assert.Equal([1f, 1f, 0f], functions.Derivative([-1e38f, 0f, 6f], new ClipFunction(float.NegativeInfinity, 6)));
        Assert.Equal([0f, 1f, 1f], functions.Derivative([0f, 1f, 1e38f], new ClipFunction(0, float.PositiveInfinity)));
    }

    [Theory, MemberData(nameof(Widths))]
    public void The_newer_functions_saturate_at_infinity_and_pass_NaN_on(int width)
    {
        var functions = FunctionFacade.Of(width);
        float[] x = [float.NegativeInfinity, -1e20f, float.PositiveInfinity, 200, float.NaN, 1e20f];
        Ends(functions.Value<SiluFunction>(x));
        Ends(functions.Value<GeluFunction>(x));
        Ends(functions.Value<GeluTanhFunction>(x));
        Ends(functions.Value<HardSwishFunction>(x));
        Assert.Equal([-0.5f, -0.5f, float.PositiveInfinity, 200, float.NaN, 1e20f], functions.Value(x, new EluFunction(0.5f)));
        Assert.Equal([0f, 0f, 1f, 1f, float.NaN, 1f], functions.Value(x, new HardSigmoidFunction(0.25f, 0.5f)));
        Assert.Equal([0f, 0f, 6f, 6f, float.NaN, 6f], functions.Value(x, new ClipFunction(0, 6)));
        Assert.Equal(x, functions.Value(x, new ClipFunction(float.NegativeInfinity, float.PositiveInfinity)));

        static void Ends(float[] y)
        {
            Assert.All(y[..2], value => Assert.InRange(value, -1e-35f, 0f));
            Assert.Equal([float.PositiveInfinity, 200, float.NaN, 1e20f], y[2..]);
        }
    }

    /// <summary>Plans choose by one what kernels choose by the other.</summary>
    [Fact]
    public void Functions_that_need_their_argument_say_so_in_both_places()
    {
        foreach (var kind in Enum.GetValues<ActivationKind>())
        {
            var needs = new bool[1];
            FunctionLoop.Run(new NeedsLoop(needs), ColumnFunctions.Of(kind));
            Assert.Equal(needs[0], ColumnFunctions.Of(kind).NeedsArgument);
        }
    }

    private readonly struct NeedsLoop(bool[] needs) : IFunctionLoop
    {
        public void Run<TFunction, TOperations, TVector>(TFunction function)
            where TFunction : struct, IActivationFunction
            where TOperations : IVectorOperations<TVector>
            where TVector : struct => needs[0] = TFunction.NeedsArgument;
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
