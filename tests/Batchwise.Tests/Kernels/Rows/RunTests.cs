using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels;

/// <summary>Normalization of runs of values, each by its own mean and variance, held against float64.</summary>
[Trait("leg", "instruction-set")]
public class RunTests
{
    /// <summary>Of the variance, whatever the mean; and of the mean in deviations: as moments of columns.</summary>
    private const double MomentsBound = 1e-5;

    private const double Bound = 5e-6;
    private const double Epsilon = 1e-5;

    public static TheoryData<string> Functions => ColumnFunctions.All;

    [Fact]
    public void Moments_of_every_length_are_right()
    {
        for (var length = 1; length <= 150; length++)
            Verify(new GuardedMatrix(1, length, length, (ulong)length, mean: 2));
    }

    [Theory]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(20001)]
    public void Long_runs_are_taken_in_chunks_that_are_merged(int length) => Verify(new GuardedMatrix(1, length, length, 3, mean: 5));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1e3, 1)]
    [InlineData(-3e5, 300)]
    [InlineData(1e-7, 1e-10)]
    [InlineData(1e4, 1e-2)]
    [InlineData(-1e6, 0.5)]
    public void A_large_mean_costs_no_accuracy(double mean, double deviation) => Verify(new GuardedMatrix(1, 701, 701, 5, mean, deviation));

    [Theory]
    [InlineData(1e3f)]
    [InlineData(-1e6f)]
    [InlineData(1e30f)]
    [InlineData(float.MaxValue)]
    public void An_outlier_costs_no_accuracy(float outlier)
    {
        var x = new GuardedMatrix(1, 300, 300, 9);
        x[0, 0] = outlier;
        Verify(x);
    }

    // The guess at the mean is that of the first vector: what is summed about it loses digits, and is summed again.
    [Theory]
    [InlineData(1e3f)]
    [InlineData(-3e4f)]
    public void First_values_unlike_the_others_cost_no_accuracy(float far)
    {
        var x = new GuardedMatrix(1, 4096, 4096, 6);
        for (var i = 0; i < 16; i++)
            x[0, i] += far;
        Verify(x);
    }

    [Fact]
    public void A_constant_run_has_no_variance()
    {
        var x = new GuardedMatrix(1, 77, 77);
        x.Fill((_, _) => 1234.567f);
        Assert.Equal((1234.567f, 0), RunMoments.Of(x.Span));
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Forward_is_right_at_every_length(string function)
    {
        var kind = ColumnFunctions.Kind(function);
        for (var length = 2; length <= 70; length++)
        {
            var run = new Run(length, mean: 1);
            var y = new GuardedMatrix(1, length, length);
            NormalizeRun.Run(run.X.Span, y.Span, run.Gamma.Span, run.Beta.Span, run.Statistics, ColumnFunctions.Of(kind), stream: false);
            y.AssertNear((_, i) => ColumnFunctions.Value(kind, run.Normalized(i)), Bound, 1);
            y.AssertGuardsHold();
        }
    }

    [Fact]
    public void A_mean_of_a_million_deviations_leaves_the_result_exact()
    {
        var run = new Run(200, mean: 1e4, deviation: 1e-2, epsilon: 1e-12);
        var y = new GuardedMatrix(1, 200, 200);
        NormalizeRun.Run(run.X.Span, y.Span, run.Gamma.Span, run.Beta.Span, run.Statistics, ActivationFunction.Identity, stream: false);
        y.AssertNear((_, i) => run.Normalized(i), Bound, 1);
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Backward_is_right_at_every_length(string function)
    {
        var kind = ColumnFunctions.Kind(function);
        for (var length = 2; length <= 70; length++)
        {
            var run = new Run(length, mean: 1);
            var dy = new GuardedMatrix(1, length, length, 4);
            var (dGamma, dBeta) = (new GuardedMatrix(1, length, length, 5), new GuardedMatrix(1, length, length, 6));
            var (dGammaBefore, dBetaBefore) = (dGamma.Copy(), dBeta.Copy());
            double G(int i) => dy[0, i] * ColumnFunctions.Derivative(kind, ColumnFunctions.Kept(kind, run.Normalized(i)));
            var (sum, product) = NormalizeRunBackward.Reduce(
                run.X.Span, dy.Span, run.Gamma.Span, run.Beta.Span, run.Statistics, dGamma.Span, dBeta.Span, ColumnFunctions.Of(kind));
            dGamma.AssertNear((_, i) => dGammaBefore[0, i] + G(i) * run.XHat(i), Bound, 3);
            dBeta.AssertNear((_, i) => dBetaBefore[0, i] + G(i), Bound, 3);
            Assert.Equal(Enumerable.Range(0, length).Sum(i => G(i) * run.Gamma[0, i]), sum, Bound * length);
            Assert.Equal(Enumerable.Range(0, length).Sum(i => G(i) * run.Gamma[0, i] * run.XHat(i)), product, Bound * length);

            foreach (var accumulate in new[] { false, true })
            {
                var dx = new GuardedMatrix(1, length, length, 7);
                var before = dx.Copy();
                NormalizeRunBackward.Correct(
                    run.X.Span, dy.Span, dx.Span, run.Gamma.Span, run.Beta.Span, run.Statistics, 0.3f, -0.2f, ColumnFunctions.Of(kind), accumulate, stream: false);
                dx.AssertNear(
                    (_, i) => (accumulate ? before[0, i] : 0) + run.Statistics.InvStd * G(i) * run.Gamma[0, i] + 0.3 * run.XHat(i) - 0.2, Bound, 3);
                dx.AssertGuardsHold();
            }
            dGamma.AssertGuardsHold();
            dBeta.AssertGuardsHold();
        }
    }

    [Fact]
    public void What_belongs_to_a_run_has_its_length()
    {
        var (five, four) = (new float[5], new float[4]);
        Assert.Throws<ArgumentException>(() => NormalizeRun.Run(five, four, five, five, default, ActivationFunction.Identity, false));
        Assert.Throws<ArgumentException>(() => NormalizeRunBackward.Reduce(five, five, four, five, default, five, five, ActivationFunction.Identity));
        Assert.Throws<ArgumentException>(() => NormalizeRunBackward.Correct(five, five, five, five, four, default, 0, 0, ActivationFunction.Identity, false, false));
    }

    private static void Verify(GuardedMatrix x)
    {
        double[] values = [.. x.Span.ToArray()];
        var mean = values.Average();
        var squares = values.Sum(value => (value - mean) * (value - mean));
        var actual = RunMoments.Of(x.Span);
        var deviation = Math.Sqrt(squares / values.Length);
        Assert.True(Math.Abs(actual.Mean - mean) <= MomentsBound * deviation + 1e-15 * Math.Abs(mean), FormattableString.Invariant($"mean {actual.Mean:R}, expected {mean:R}"));
        Assert.True(Math.Abs(actual.Squares - squares) <= MomentsBound * squares + 1e-30, FormattableString.Invariant($"squares {actual.Squares:R}, expected {squares:R}"));
    }

    /// <summary>A run with its exact statistics.</summary>
    private sealed class Run
    {
        private readonly double mean;
        private readonly double invStd;

        public Run(int length, double mean, double deviation = 1, double epsilon = Epsilon)
        {
            X = new GuardedMatrix(1, length, length, (ulong)length, mean, deviation);
            Gamma = new GuardedMatrix(1, length, length, 2);
            Beta = new GuardedMatrix(1, length, length, 3);
            double[] values = [.. X.Span.ToArray()];
            this.mean = values.Average();
            var variance = values.Average(value => (value - this.mean) * (value - this.mean));
            invStd = 1 / Math.Sqrt(variance + epsilon);
            Statistics = RunStatistics.Of(this.mean, variance, epsilon);
        }

        public GuardedMatrix X { get; }

        public GuardedMatrix Gamma { get; }

        public GuardedMatrix Beta { get; }

        public RunStatistics Statistics { get; }

        public double XHat(int i) => (X[0, i] - mean) * invStd;

        public double Normalized(int i) => XHat(i) * Gamma[0, i] + Beta[0, i];
    }
}
