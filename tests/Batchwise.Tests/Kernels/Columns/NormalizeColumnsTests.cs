using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels;

/// <summary>The affine step of batch normalization and its backward, on blocks of columns, held against the closed form in float64.</summary>
[Trait("leg", "instruction-set")]
public class NormalizeColumnsTests
{
    private const double Epsilon = 1e-5;

    public static TheoryData<string> Functions => ColumnFunctions.All;

    /// <summary>Kinds, means and deviations; the last are those at which x a + b loses all digits.</summary>
    public static TheoryData<string, double, double> Cases
    {
        get
        {
            var data = new TheoryData<string, double, double>();
            foreach (var kind in Enum.GetNames<ActivationKind>())
            {
                data.Add(kind, 0, 1);
                data.Add(kind, -3, 0.5);
                data.Add(kind, 1e4, 1e-2);
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Forward_and_backward_are_the_closed_form_at_every_width(string name, double mean, double deviation)
    {
        var kind = ColumnFunctions.Kind(name);
        for (var columns = 1; columns <= 70; columns += columns < 35 ? 1 : 7)
            Verify(kind, rows: 23, columns, stride: columns + columns % 5, mean, deviation);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1024)]
    [InlineData(1025)]
    [InlineData(3000)]
    public void Any_number_of_rows_is_right(int rows) => Verify(ActivationKind.Sigmoid, rows, 19, 32, 0.5, 2);

    [Theory, MemberData(nameof(Functions))]
    public void Forward_in_place_gives_the_same_bits(string name)
    {
        var kind = ColumnFunctions.Kind(name);
        var x = new GuardedMatrix(9, 37, 40, 3);
        var block = new Block(x);
        var y = new GuardedMatrix(9, 37, 40);
        NormalizeColumns.Forward(x.Span, block.Vectors, y.Span, 40, 9, 37, ColumnFunctions.Of(kind));
        NormalizeColumns.Forward(x.Span, block.Vectors, x.Span, 40, 9, 37, ColumnFunctions.Of(kind));
        Assert.Equal(y.Span, x.Span);
        x.AssertGuardsHold();
    }

    [Fact]
    public void The_affine_step_is_as_exact_at_a_large_mean_as_at_none()
    {
        // design.md measures 1.7e-7 for act((x - m) a + b') and 4.6e-2 for x a + b at this mean and deviation. The bound: half a
        // unit each for scale, product and sum of values up to 4, and a residual that is kept.
        var x = new GuardedMatrix(700, 8, 8, 5, 1e4, 1e-2);
        var block = new Block(x);
        var y = new GuardedMatrix(700, 8, 8);
        NormalizeColumns.Forward(x.Span, block.Vectors, y.Span, 8, 700, 8, ActivationFunction.Identity);
        y.AssertNear((row, column) => block.Normalized(row, column), 2.5e-7, 2);
    }

    private static void Verify(ActivationKind kind, int rows, int columns, int stride, double mean, double deviation)
    {
        var x = new GuardedMatrix(rows, columns, stride, (ulong)columns, mean, deviation);
        var function = ColumnFunctions.Of(kind);
        var block = new Block(x);
        var y = new GuardedMatrix(rows, columns, stride);
        NormalizeColumns.Forward(x.Span, block.Vectors, y.Span, stride, rows, columns, function);
        y.AssertNear((row, column) => ColumnFunctions.Value(kind, block.Normalized(row, column)), 6e-7, 1);
        y.AssertGuardsHold();

        var dy = new GuardedMatrix(rows, columns, stride, 50 + (ulong)columns);
        var dx = dy.Copy();
        var (sums, products) = (new double[columns], new double[columns]);
        NormalizeColumns.Reduce(x.Span, y.Span, dx.Span, block.Vectors, sums, products, stride, rows, columns, function);
        // A derivative that is told from the argument has the error of that: some units of a value up to 8, times a second derivative of 1.2 at most.
        dx.AssertNear(Gradient, function.NeedsArgument ? 4e-6 : 3e-7, 1);
        var g = dx.Copy();
        for (var c = 0; c < columns; c++)
        {
            double m = block.Vectors.Mean[c];
            // Sums of at most 1024 terms in float32: a few hundred half units at worst, of the terms' size.
            var size = Enumerable.Range(0, rows).Sum(row => Math.Abs((double)g[row, c]));
            Assert.Equal(Enumerable.Range(0, rows).Sum(row => (double)g[row, c]), sums[c], 5e-6 * size);
            Assert.Equal(Enumerable.Range(0, rows).Sum(row => g[row, c] * (x[row, c] - m)), products[c],
                5e-6 * Enumerable.Range(0, rows).Sum(row => Math.Abs(g[row, c] * (x[row, c] - m))) + 1e-12);
        }

        var (dGamma, dBeta, slope, offset) = (new float[columns], new float[columns], new float[columns], new float[columns]);
        BackwardFinish.Run(block.Channels, block.Gamma, sums, products, rows, dGamma, dBeta, slope, offset);
        NormalizeColumns.Correct(x.Span, dx.Span, block.Vectors.Mean, block.Vectors.Scale, slope, offset, stride, rows, columns);
        dx.AssertGuardsHold();
        for (var c = 0; c < columns; c++)
        {
            double sum = 0, sumXHat = 0;
            for (var row = 0; row < rows; row++)
            {
                sum += g[row, c];
                sumXHat += g[row, c] * block.XHat(row, c);
            }
            Assert.Equal(sumXHat, dGamma[c], 1e-5 * rows);
            Assert.Equal(sum, dBeta[c], 1e-5 * rows);
            for (var row = 0; row < rows; row++)
            {
                var expected = block.Scale(c) * (g[row, c] - sum / rows - block.XHat(row, c) * sumXHat / rows);
                Assert.Equal(expected, dx[row, c], 5e-6 * Math.Abs(block.Scale(c)));
            }
        }

        double Gradient(int row, int column) => dy[row, column] * ColumnFunctions.Derivative(kind, function.NeedsArgument ? block.Normalized(row, column) : y[row, column]);
    }

    /// <summary>What forward computes of a block before its affine step, and the same in float64 from the same values.</summary>
    private sealed class Block
    {
        private readonly GuardedMatrix x;
        private readonly double[] mean;
        private readonly double[] variance;
        private readonly GuardedMatrix gamma;
        private readonly GuardedMatrix beta;
        private readonly float[] vectors;

        public Block(GuardedMatrix x)
        {
            this.x = x;
            gamma = new(1, x.Columns, x.Columns, 77);
            beta = new(1, x.Columns, x.Columns, 78);
            mean = [.. Enumerable.Range(0, x.Columns).Select(column => x.Column(column).Average())];
            variance = [.. Enumerable.Range(0, x.Columns).Select(column => x.Column(column).Average(value => (value - mean[column]) * (value - mean[column])))];
            vectors = new float[NormalizationVectors.Count * x.Columns];
            var layer = new BatchNormalization { Epsilon = Epsilon };
            Channels = [.. mean.Zip(variance, (m, v) => new NormalizedChannel(layer.Coefficients(new(m, v, 0, 1, 0, x.Rows)), m, v))];
            ForwardFinish.Run(Channels, gamma.Span, beta.Span, Vectors);
        }

        public NormalizedChannel[] Channels { get; }

        public ReadOnlySpan<float> Gamma => gamma.Span;

        public NormalizationVectors Vectors => new(vectors, x.Columns, 0, x.Columns);

        public double Scale(int column) => gamma[0, column] / Math.Sqrt(variance[column] + Epsilon);

        public double XHat(int row, int column) => (x[row, column] - mean[column]) / Math.Sqrt(variance[column] + Epsilon);

        public double Normalized(int row, int column) => gamma[0, column] * XHat(row, column) + beta[0, column];
    }
}
