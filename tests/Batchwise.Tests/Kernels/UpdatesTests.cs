using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels;

/// <summary>One step of every optimizer over a run of parameters, held against its formula in float64.</summary>
[Trait("leg", "instruction-set")]
public class UpdatesTests
{
    // Each stored value comes from a handful of operations on values of about one, each rounded by half a unit of 6e-8.
    private const double Bound = 5e-7;

    private const float Rate = 0.1f;

    [Theory]
    [InlineData(0f, false, 0f)]
    [InlineData(0f, false, 0.05f)]
    [InlineData(0.9f, false, 0f)]
    [InlineData(0.9f, false, 0.05f)]
    [InlineData(0.9f, true, 0f)]
    [InlineData(0.9f, true, 0.05f)]
    public void Descent_with_momentum_look_ahead_and_decay(float momentum, bool nesterov, float decay) => ForEveryLength((w, g, v, _) =>
    {
        var (w0, v0) = (w.Copy(), v.Copy());
        Updates.Descend(w.Span, g.Span, momentum > 0 ? v.Span : default, Rate, momentum, nesterov, decay);
        w.AssertNear((_, i) => w0[0, i] - Rate * Step(i), Bound, 1);
        if (momentum > 0)
            v.AssertNear((_, i) => Velocity(i), Bound, 1);
        else
            Assert.Equal(v0.Span, v.Span);

        double Gradient(int i) => g[0, i] + (double)decay * w0[0, i];
        double Velocity(int i) => (double)momentum * v0[0, i] + Gradient(i);
        double Step(int i) => momentum == 0 ? Gradient(i) : nesterov ? Gradient(i) + momentum * Velocity(i) : Velocity(i);
    });

    [Theory]
    [InlineData(0f)]
    [InlineData(0.05f)]
    public void Adagrad(float decay) => ForEveryLength((w, g, s, _) =>
    {
        const float epsilon = 1e-3f;
        s.Fill((_, i) => Math.Abs(s[0, i]));
        var (w0, s0) = (w.Copy(), s.Copy());
        Updates.Adagrad(w.Span, g.Span, s.Span, Rate, epsilon, decay);
        s.AssertNear((_, i) => Square(i), Bound, 1);
        w.AssertNear((_, i) => w0[0, i] - Rate * Gradient(i) / (Math.Sqrt(Square(i)) + epsilon), Bound, 1);

        double Gradient(int i) => g[0, i] + (double)decay * w0[0, i];
        double Square(int i) => s0[0, i] + Gradient(i) * Gradient(i);
    });

    [Theory]
    [InlineData(0f, 1)]
    [InlineData(0.05f, 1)]
    [InlineData(0.05f, 1000)]
    public void Adam(float decay, int step) => ForEveryLength((w, g, m, s) =>
    {
        const float epsilon = 1e-3f, beta1 = 0.9f, beta2 = 0.999f;
        var (c1, c2) = (1 - Math.Pow(beta1, step), 1 - Math.Pow(beta2, step));
        // The averages as they would be at this step, of gradients of about one.
        m.Fill((_, i) => (float)(c1 * m[0, i]));
        s.Fill((_, i) => (float)(c2 * (0.5 + Math.Abs(s[0, i]))));
        var (w0, m0, s0) = (w.Copy(), m.Copy(), s.Copy());
        Updates.Adam(w.Span, g.Span, m.Span, s.Span, Rate, beta1, beta2, (float)c1, (float)c2, epsilon, decay);
        m.AssertNear((_, i) => Mean(i), Bound, 1);
        s.AssertNear((_, i) => Square(i), Bound, 0);
        w.AssertNear((_, i) => w0[0, i] - Rate * (Mean(i) / c1) / (Math.Sqrt(Square(i) / c2) + epsilon), Bound, 1);

        double Gradient(int i) => g[0, i] + (double)decay * w0[0, i];
        double Mean(int i) => (double)beta1 * m0[0, i] + (1 - (double)beta1) * Gradient(i);
        double Square(int i) => (double)beta2 * s0[0, i] + (1 - (double)beta2) * Gradient(i) * Gradient(i);
    });

    [Fact]
    public void Padding_of_zeros_stays_zero()
    {
        var (w, g, m, s) = (new float[20], new float[20], new float[20], new float[20]);
        Updates.Descend(w, g, m, Rate, 0.9f, true, 0.1f);
        Updates.Adagrad(w, g, s, Rate, 1e-10f, 0.1f);
        Updates.Adam(w, g, m, s, Rate, 0.9f, 0.999f, 0.1f, 0.001f, 1e-8f, 0.1f);
        Assert.All(w.Concat(m).Concat(s), value => Assert.Equal(0f, value));
    }

    private static void ForEveryLength(Action<GuardedMatrix, GuardedMatrix, GuardedMatrix, GuardedMatrix> check)
    {
        for (var length = 1; length <= 70; length++)
        {
            var tensors = Enumerable.Range(1, 4).Select(stream => new GuardedMatrix(1, length, length, (ulong)stream)).ToArray();
            check(tensors[0], tensors[1], tensors[2], tensors[3]);
            Assert.All(tensors, tensor => tensor.AssertGuardsHold());
        }
    }
}
