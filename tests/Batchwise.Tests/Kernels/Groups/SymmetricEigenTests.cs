using Batchwise.Kernels;
using Batchwise.Tests.Networks;

namespace Batchwise.Tests.Kernels;

[Trait("leg", "instruction-set")]
public class SymmetricEigenTests
{
    private const int Width = GroupMatrix.Width;

    [Fact]
    public void Eigenvectors_are_orthonormal_and_give_the_matrix_back()
    {
        for (var size = 1; size <= Width; size++)
        {
            for (ulong seed = 0; seed < 20; seed++)
            {
                var a = Symmetric(size, seed);
                var (values, vectors) = Run(a, size);
                for (var i = 0; i < size; i++)
                {
                    for (var j = 0; j < size; j++)
                    {
                        Assert.Equal(i == j ? 1 : 0, Numbers.Dot(Row(vectors, i), Row(vectors, j)), 1e-14);
                        var sum = Enumerable.Range(0, size).Sum(k => values[k] * vectors[k * Width + i] * vectors[k * Width + j]);
                        Assert.Equal(a[i * Width + j], sum, 1e-13 * Math.Sqrt(size));
                    }
                }
            }
        }
    }

    [Fact]
    public void Known_eigenvalues_are_found()
    {
        // The second difference matrix: 2 - 2 cos(k pi / 17).
        var a = new double[GroupMatrix.Length];
        for (var i = 0; i < Width; i++)
        {
            a[i * Width + i] = 2;
            if (i > 0)
                a[i * Width + i - 1] = a[(i - 1) * Width + i] = -1;
        }
        var values = Run(a, Width).Values.Order().ToArray();
        for (var k = 1; k <= Width; k++)
            Assert.Equal(2 - 2 * Math.Cos(k * Math.PI / 17), values[k - 1], 1e-14);
    }

    [Fact]
    public void Equal_eigenvalues_and_singular_matrices_are_no_trouble()
    {
        // All ones: eigenvalues 16 and fifteen times 0.
        var ones = new double[GroupMatrix.Length];
        ones.AsSpan().Fill(1);
        var (values, vectors) = Run(ones, Width);
        Assert.Equal(16, values.Max(), 1e-13);
        Assert.Equal(15, values.Count(value => Math.Abs(value) < 1e-14));
        Assert.Equal(1, Numbers.Norm(Row(vectors, 3)), 1e-14);
        Assert.All(Run(new double[GroupMatrix.Length], Width).Values, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Small_eigenvalues_of_a_graded_matrix_keep_their_digits()
    {
        // D T D with D = diag(1, 1e-4, 1e-8) and T of ones and halves: the smallest eigenvalue is det / (the others), 2/3 e-16.
        double[] scale = [1, 1e-4, 1e-8];
        var a = new double[GroupMatrix.Length];
        for (var i = 0; i < 3; i++)
        {
            for (var j = 0; j < 3; j++)
                a[i * Width + j] = scale[i] * scale[j] * (i == j ? 1 : 0.5);
        }
        Assert.Equal(2.0 / 3, Run(a, 3).Values.Min() * 1e16, 1e-7);
    }

    [Fact]
    public void What_is_not_finite_ends()
    {
        var a = Symmetric(Width, 1);
        a[5] = a[5 * Width] = double.NaN;
        Run(a, Width);
        a.AsSpan().Fill(double.PositiveInfinity);
        Run(a, Width);
    }

    private static (double[] Values, double[] Vectors) Run(double[] matrix, int size)
    {
        var (values, vectors) = (new double[size], new double[GroupMatrix.Length]);
        SymmetricEigen.Run([.. matrix], size, values, vectors);
        return (values, vectors);
    }

    private static double[] Symmetric(int size, ulong seed)
    {
        var (values, a) = (Numbers.Normal(size * size, seed), new double[GroupMatrix.Length]);
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= i; j++)
                a[i * Width + j] = a[j * Width + i] = values[i * size + j];
        }
        return a;
    }

    private static double[] Row(double[] matrix, int row) => matrix.AsSpan(row * Width, Width).ToArray();
}
