using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels.Columns;

/// <summary>Elementary functions over their whole range, against float64.</summary>
[Trait("leg", "instruction-set")]
public class FunctionTests
{
    private static readonly float[] Inputs = [.. Enumerable.Range(-3000, 6001).Select(i => i * 0.03f), 1e-8f, -1e-8f, 1e-3f, 0.62f, 0.63f, -0.63f];

    [Fact]
    public void Sigmoid_is_right_to_a_few_units_in_the_last_place() =>
        Check(ActivationKind.Sigmoid, x => 1 / (1 + Math.Exp(-x)), 4e-7);

    [Fact]
    public void So_is_tanh() => Check(ActivationKind.Tanh, Math.Tanh, 4e-7);

    [Fact]
    public void Rectifiers_are_exact()
    {
        Check(ActivationKind.Relu, x => Math.Max(0, x), 0);
        Check(ActivationKind.LeakyRelu, x => x > 0 ? x : (float)(x * 0.25), 0, 0.25f);
    }

    [Theory]
    [InlineData((int)ActivationKind.Identity)]
    [InlineData((int)ActivationKind.Sigmoid)]
    [InlineData((int)ActivationKind.Tanh)]
    [InlineData((int)ActivationKind.Relu)]
    [InlineData((int)ActivationKind.LeakyRelu)]
    public void What_is_not_a_number_stays_so_and_infinity_has_its_limit(int kind)
    {
        float[] x = [float.NaN, float.PositiveInfinity, float.NegativeInfinity];
        var y = new float[3];
        ActivateColumns.Forward(x, default, y, 3, 1, 3, new((ActivationKind)kind, 0.25f));
        Assert.True(float.IsNaN(y[0]));
        Assert.Equal((ActivationKind)kind is ActivationKind.Sigmoid or ActivationKind.Tanh ? 1 : float.PositiveInfinity, y[1]);
        Assert.False(float.IsNaN(y[2]));
    }

    [Fact]
    public void Nothing_is_written_outside_a_block()
    {
        for (var columns = 1; columns <= 70; columns++)
        {
            var y = new float[3 * 80];
            Array.Fill(y, 7);
            ActivateColumns.Forward(new float[3 * 80], default, y, 80, 3, columns, new(ActivationKind.Sigmoid));
            for (var i = 0; i < y.Length; i++)
                Assert.Equal(i % 80 < columns ? 0.5f : 7f, y[i]);
        }
    }

    [Fact]
    public void Every_place_of_what_is_not_finite_is_found()
    {
        foreach (var bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            for (var place = 0; place < 100; place++)
            {
                var values = new float[100];
                Assert.True(Finite.All(values));
                values[place] = bad;
                Assert.False(Finite.All(values));
            }
        }
    }

    [Fact]
    public void Transposing_moves_every_value()
    {
        for (var rows = 1; rows < 20; rows++)
        {
            for (var columns = 1; columns < 20; columns++)
            {
                float[] source = [.. Enumerable.Range(0, rows * columns).Select(i => (float)i)];
                var target = new float[columns * (rows + 3)];
                Transpose.Run(source, columns, target, rows + 3, rows, columns);
                for (var i = 0; i < source.Length; i++)
                    Assert.Equal(source[i], target[i % columns * (rows + 3) + i / columns]);
            }
        }
    }

    private static void Check(ActivationKind kind, Func<double, double> exact, double bound, float slope = 0)
    {
        var y = new float[Inputs.Length];
        ActivateColumns.Forward(Inputs, default, y, y.Length, 1, y.Length, new(kind, slope));
        for (var i = 0; i < y.Length; i++)
        {
            var expected = exact(Inputs[i]);
            Assert.True(Math.Abs(y[i] - expected) <= bound * Math.Abs(expected) + 1e-38, $"f({Inputs[i]:R}) is {y[i]:R}, not {expected:R}");
        }
    }
}
