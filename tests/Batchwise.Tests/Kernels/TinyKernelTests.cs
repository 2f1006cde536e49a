using Batchwise.Kernels;

namespace Batchwise.Tests.Kernels;

/// <summary>Every column and element kernel once on a shape of a few floats: fast enough where each vector is emulated or there is none.</summary>
[Trait("leg", "no-intrinsics")]
public class TinyKernelTests
{
    private const int Rows = 3;
    private const int Columns = 2;

    private static GuardedMatrix X => new(Rows, Columns, 3, 1);

    [Fact]
    public void Moments_and_the_affine_step()
    {
        var x = X;
        var (mean, squares) = (new double[Columns], new double[Columns]);
        Moments.OfColumns(x.Span, 3, Rows, mean, squares);
        var vectors = new NormalizationVectors(new float[NormalizationVectors.Count * Columns], Columns, 0, Columns);
        double[] variance = [.. squares.Select(square => square / Rows)];
        for (var column = 0; column < Columns; column++)
            vectors.Set(column, mean[column], 1 / Math.Sqrt(variance[column] + 1e-5), 0, 1, 0);
        var y = X;
        NormalizeColumns.Forward(x.Span, vectors, y.Span, 3, Rows, Columns, new(ActivationKind.Tanh));
        y.AssertNear((row, column) => Math.Tanh((x[row, column] - mean[column]) / Math.Sqrt(variance[column] + 1e-5)), 1e-6, 1);
        for (var column = 0; column < Columns; column++)
        {
            Assert.Equal(x.Column(column).Average(), mean[column], 1e-6);
            Assert.Equal(x.Column(column).Sum(value => Math.Pow(value - mean[column], 2)), squares[column], 1e-6);
        }
    }

    [Fact]
    public void The_backward_step()
    {
        var (x, y, g) = (X, X, X);
        var (sums, products, ones) = (new double[Columns], new double[Columns], new float[] { 1, 1 });
        var vectors = new NormalizationVectors(new float[] { 1, 1, 1, 1, 1, 1 }, Columns, 0, Columns);
        NormalizeColumns.Reduce(x.Span, y.Span, g.Span, vectors, sums, products, 3, Rows, Columns, new(ActivationKind.Relu));
        for (var column = 0; column < Columns; column++)
        {
            Assert.Equal(x.Column(column).Where(value => value > 0).Sum(), sums[column], 1e-6);
            Assert.Equal(x.Column(column).Where(value => value > 0).Sum(value => value * (value - 1)), products[column], 1e-6);
        }
        NormalizeColumns.Correct(x.Span, g.Span, ones, ones, ones, ones, 3, Rows, Columns);
        g.AssertNear((row, column) => Math.Max(0, x[row, column]) + x[row, column], 1e-6, 1);
    }

    [Fact]
    public void Activations_and_sums()
    {
        var (x, y, sums) = (X, X, new float[Columns]);
        ActivateColumns.Forward(x.Span, [1, -1], y.Span, 3, Rows, Columns, new(ActivationKind.Sigmoid));
        y.AssertNear((row, column) => 1 / (1 + Math.Exp(-x[row, column] - (column == 0 ? 1 : -1))), 1e-6, 1);
        ActivateColumns.Backward(y.Span, y.Span, sums, 3, Rows, Columns, ActivationFunction.Identity);
        Assert.Equal(y.Column(1).Sum(), sums[1], 1e-6);
        ActivateColumns.Forward(x.Span, default, y.Span, 3, Rows, Columns, new(ActivationKind.Gelu));
        y.AssertNear((row, column) => new Gelu().Value(x[row, column]), 1e-6, 1);
        ActivateColumns.Forward(x.Span, default, y.Span, 3, Rows, Columns, new(ActivationKind.Elu, 1));
        y.AssertNear((row, column) => new Elu().Value(x[row, column]), 1e-6, 1);
        y.Fill((_, _) => 1);
        ActivateColumns.Backward(x.Span, y.Span, default, 3, Rows, Columns, new(ActivationKind.Silu));
        y.AssertNear((row, column) => new Silu().Derivative(x[row, column]), 1e-6, 1);
        SumColumns.Run(x.Span, sums, 3, Rows);
        Assert.Equal(x.Column(0).Sum(), sums[0], 1e-6);
    }

    [Fact]
    public void Runs_of_floats()
    {
        var transposed = new float[Rows * Columns];
        Transpose.Run(X.Span, 3, transposed, Rows, Rows, Columns);
        Assert.Equal(X[2, 1], transposed[5]);
        float[] sum = [1, 2];
        Addition.Run([3, 4], sum, accumulate: true);
        Assert.Equal([4f, 6f], sum);
        Assert.True(Finite.All(sum));
        Assert.False(Finite.All([1, float.PositiveInfinity]));
    }

    [Fact]
    public void Loss_and_optimizers()
    {
        var gradient = new float[2];
        Assert.Equal(Math.Log(1 + Math.Exp(1)), SoftmaxCrossEntropy.Row([0, 1], gradient, 0, 1), 1e-6);
        Assert.Equal(1 / (1 + Math.Exp(-1)), gradient[1], 1e-6);
        float[] w = [1], v = [1], s = [1];
        Updates.Descend(w, [2], v, 0.5f, 0.5f, nesterov: false, decay: 0);
        Assert.Equal((2.5f, -0.25f), (v[0], w[0]));
        Updates.Adagrad(w, [0], s, 0.5f, 1, 0);
        Updates.Adam(w, [0], s, s, 0.5f, 0.5f, 0.5f, 1, 1, 1, 0);
        Assert.True(float.IsFinite(w[0]));
    }
}
