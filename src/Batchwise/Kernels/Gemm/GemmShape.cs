namespace Batchwise.Kernels;

/// <summary>The shape of a product C = A B, which alone decides how it is computed and in which order its sums run.</summary>
/// <param name="M">Rows of A and C.</param>
/// <param name="N">Columns of B and C.</param>
/// <param name="K">Columns of A, rows of B.</param>
/// <param name="TransposeA">Whether A is stored as its transpose: [K, M].</param>
/// <param name="TransposeB">Whether B is stored as its transpose: [N, K].</param>
internal readonly record struct GemmShape(int M, int N, int K, bool TransposeA = false, bool TransposeB = false)
{
    /// <summary>Multiply-adds of the whole product.</summary>
    public long Work => (long)M * N * K;

    public override string ToString() => $"[{M}, {K}]{(TransposeA ? "^T" : "")} x [{K}, {N}]{(TransposeB ? "^T" : "")}";
}
