using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>
/// Eigenvalues and eigenvectors of a symmetric matrix of up to 16 x 16 by cyclic Jacobi rotations, in float64 (Golub and
/// Van Loan, Matrix Computations, section 8.5).
/// </summary>
/// <remarks>
/// A rotation that zeroes a[p, q] acts on rows and columns p and q. Since the matrix stays symmetric, only the rows are
/// computed, as vectors, and copied into the columns. An element is left alone once it is below 2^-53 of the geometric
/// mean of its two diagonal elements, which also gives small eigenvalues of a graded matrix their digits (Demmel and
/// Veselic 1992). Some six sweeps do for 16 x 16.
/// </remarks>
internal static unsafe class SymmetricEigen
{
    private const int Width = GroupMatrix.Width;

    /// <summary>More than any matrix of numbers needs; what is not finite would never end.</summary>
    private const int MostSweeps = 40;

    private const double NegligibleSquared = 1.0 / (1L << 53) / (1L << 53);

    /// <summary>A = sum over k of values[k] v v^T with v = vectors[k, ...].</summary>
    /// <param name="matrix">A, a <see cref="GroupMatrix"/>; destroyed.</param>
    /// <param name="size">Its rows.</param>
    /// <param name="values">Receives the eigenvalues, in no order: at least <paramref name="size"/>.</param>
    /// <param name="vectors">Receives the eigenvectors as rows, orthonormal: a <see cref="GroupMatrix"/>.</param>
    public static void Run(Span<double> matrix, int size, Span<double> values, Span<double> vectors)
    {
        if (matrix.Length < GroupMatrix.Length || vectors.Length < GroupMatrix.Length || values.Length < size || size > Width)
            throw new ArgumentException("The matrix or what receives its eigenvectors is too short.");
        vectors[..GroupMatrix.Length].Clear();
        for (var i = 0; i < size; i++)
            vectors[i * Width + i] = 1;
        fixed (double* a = matrix, v = vectors)
        {
            var sweep = 0;
            while (Sweep(a, v, size) && sweep < MostSweeps)
                sweep++;
        }
        for (var i = 0; i < size; i++)
            values[i] = matrix[i * Width + i];
    }

    /// <summary>Rotates once in every plane that needs it; says whether there was one.</summary>
    private static bool Sweep(double* a, double* v, int size)
    {
        var rotated = false;
        for (var p = 0; p < size - 1; p++)
        {
            for (var q = p + 1; q < size; q++)
            {
                var apq = a[p * Width + q];
                var (app, aqq) = (a[p * Width + p], a[q * Width + q]);
                if (apq * apq <= NegligibleSquared * Math.Abs(app * aqq))
                    continue;
                rotated = true;
                var theta = (aqq - app) / (2 * apq);
                var t = Math.CopySign(1, theta) / (Math.Abs(theta) + Math.Sqrt(theta * theta + 1));
                var cosine = 1 / Math.Sqrt(t * t + 1);
                var sine = t * cosine;
                Rotate(a + p * Width, a + q * Width, cosine, sine);
                Rotate(v + p * Width, v + q * Width, cosine, sine);
                for (var r = 0; r < size; r++)
                {
                    a[r * Width + p] = a[p * Width + r];
                    a[r * Width + q] = a[q * Width + r];
                }
                a[p * Width + p] = app - t * apq;
                a[q * Width + q] = aqq + t * apq;
                a[p * Width + q] = a[q * Width + p] = 0;
            }
        }
        return rotated;
    }

    private static void Rotate(double* p, double* q, double cosine, double sine)
    {
        var (c, s) = (Vector128.Create(cosine), Vector128.Create(sine));
        for (var i = 0; i < Width; i += 2)
        {
            var (x, y) = (Vector128.Load(p + i), Vector128.Load(q + i));
            (c * x - s * y).Store(p + i);
            (s * x + c * y).Store(q + i);
        }
    }
}
