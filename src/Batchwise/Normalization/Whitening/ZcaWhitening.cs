using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// Batch whitening by eigendecomposition: y = gamma (Sigma + epsilon I)^(-1/2) (x - mean) + beta, group by group. Of all
/// matrices that whiten, this one (ZCA) changes the data least.
/// </summary>
/// <remarks>
/// <para>Shapes, parameters, statistics, errors: see <see cref="Whitening"/>.</para>
/// <para>The gradient of the inverse root is exact for equal and nearly equal eigenvalues too: see
/// docs/whitening.md.</para>
/// <para>Paper: Huang et al., Decorrelated Batch Normalization, arXiv 1804.08450, section 3.</para>
/// </remarks>
public sealed record ZcaWhitening : Whitening
{
    /// <inheritdoc/>
    public override string Kind => "zcaWhitening";

    // Kept: the eigenvectors as rows, then 1 / sqrt(eigenvalue + epsilon).
    internal override int KeptLength => GroupMatrix.Length + GroupMatrix.Width;

    internal override void InverseRoot(ReadOnlySpan<double> covariance, int size, Span<double> matrix, Span<double> kept)
    {
        var vectors = kept[..GroupMatrix.Length];
        var roots = kept.Slice(GroupMatrix.Length, size);
        Span<double> work = stackalloc double[GroupMatrix.Length];
        covariance[..GroupMatrix.Length].CopyTo(work);
        SymmetricEigen.Run(work, size, roots, vectors);
        // Rounding may leave an eigenvalue of a singular covariance below zero.
        foreach (ref var value in roots)
            value = 1 / Math.Sqrt(Math.Max(value, 0) + Epsilon);
        work.Clear();
        for (var k = 0; k < size; k++)
        {
            for (var i = 0; i < size; i++)
                work[k * GroupMatrix.Width + i] = roots[k] * vectors[k * GroupMatrix.Width + i];
        }
        GroupMatrix.MultiplyTransposed(vectors, work, matrix, size);
    }

    internal override void InverseRootGradient(ReadOnlySpan<double> kept, int size, Span<double> gradient)
    {
        // Daleckii and Krein: in the eigenbasis, d f(Sigma)[k, l] = f[lambda k, lambda l] dSigma[k, l], with the divided
        // difference of f = 1 / root, which in this form has no singularity at equal eigenvalues.
        var vectors = kept[..GroupMatrix.Length];
        var roots = kept.Slice(GroupMatrix.Length, size);
        Span<double> transposed = stackalloc double[GroupMatrix.Length];
        Span<double> left = stackalloc double[GroupMatrix.Length];
        Span<double> inner = stackalloc double[GroupMatrix.Length];
        left.Clear();
        inner.Clear();
        GroupMatrix.Symmetrize(gradient);
        GroupMatrix.Transpose(vectors, transposed);
        GroupMatrix.Multiply(vectors, gradient, left, size);
        GroupMatrix.Multiply(left, transposed, inner, size);
        for (var k = 0; k < size; k++)
        {
            for (var l = 0; l < size; l++)
            {
                var product = roots[k] * roots[l];
                inner[k * GroupMatrix.Width + l] *= -product * product / (roots[k] + roots[l]);
            }
        }
        GroupMatrix.Multiply(inner, vectors, left, size);
        GroupMatrix.MultiplyTransposed(vectors, left, gradient, size);
    }

    internal static ZcaWhitening Read(LayerAttributes attributes) => WithGroups(new ZcaWhitening(), attributes);
}
