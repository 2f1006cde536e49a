using static System.FormattableString;

namespace Batchwise.Lab;

/// <summary>The eigenvalues of a small symmetric matrix, by cyclic Jacobi rotations (Golub and Van Loan, Matrix Computations, section 8.5).</summary>
static class SymmetricEigenvalues
{
    // What is left off the diagonal, as a share of the whole matrix's norm.
    private const double Rest = 1e-15;
    private const int MostSweeps = 50;

    /// <summary>The eigenvalues in ascending order.</summary>
    /// <param name="matrix">[size, size], symmetric; it is overwritten.</param>
    /// <param name="size">Rows and columns.</param>
    /// <exception cref="ArgumentException">The matrix is of another size or holds what is no number.</exception>
    public static double[] Of(Span<double> matrix, int size)
    {
        if (matrix.Length != size * size)
            throw new ArgumentException(Invariant($"A matrix of {size} rows has {size * size} values, not {matrix.Length}."), nameof(matrix));
        var norm = 0.0;
        foreach (var value in matrix)
            norm += value * value;
        if (!double.IsFinite(norm))
            throw new ArgumentException("The matrix holds values that are no finite numbers, or too large to square.", nameof(matrix));
        var small = Rest * Math.Sqrt(norm);
        for (var sweep = 0; sweep < MostSweeps && OffDiagonal(matrix, size) > small; sweep++)
        {
            for (var p = 0; p < size - 1; p++)
            {
                for (var q = p + 1; q < size; q++)
                    Rotate(matrix, size, p, q, small / size);
            }
        }
        var values = new double[size];
        for (var i = 0; i < size; i++)
            values[i] = matrix[i * size + i];
        Array.Sort(values);
        return values;
    }

    private static double OffDiagonal(ReadOnlySpan<double> matrix, int size)
    {
        var sum = 0.0;
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < i; j++)
                sum += 2 * matrix[i * size + j] * matrix[i * size + j];
        }
        return Math.Sqrt(sum);
    }

    // Makes the value at (p, q) zero by a rotation of the two axes.
    private static void Rotate(Span<double> matrix, int size, int p, int q, double small)
    {
        var (pp, qq, pq) = (matrix[p * size + p], matrix[q * size + q], matrix[p * size + q]);
        if (Math.Abs(pq) <= small)
            return;
        var theta = (qq - pp) / (2 * pq);
        var tangent = (theta >= 0 ? 1 : -1) / (Math.Abs(theta) + Math.Sqrt(theta * theta + 1));
        var cosine = 1 / Math.Sqrt(tangent * tangent + 1);
        var sine = tangent * cosine;
        var rowP = matrix.Slice(p * size, size);
        var rowQ = matrix.Slice(q * size, size);
        for (var k = 0; k < size; k++)
        {
            var (kp, kq) = (rowP[k], rowQ[k]);
            rowP[k] = cosine * kp - sine * kq;
            rowQ[k] = sine * kp + cosine * kq;
        }
        (rowP[p], rowQ[q], rowP[q], rowQ[p]) = (pp - tangent * pq, qq + tangent * pq, 0, 0);
        for (var k = 0; k < size; k++)
            (matrix[k * size + p], matrix[k * size + q]) = (rowP[k], rowQ[k]);
    }
}
