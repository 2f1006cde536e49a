namespace Batchwise.Kernels;

internal static unsafe partial class Gemm
{
    /// <summary>C (+)= A B of a block, on spans that are checked to hold it.</summary>
    public static void Block(
        int rows, int columns, int inner, ReadOnlySpan<float> a, int aRow, int aColumn, ReadOnlySpan<float> b, int bRow,
        Span<float> c, int cRow, bool accumulate)
    {
        if (a.Length < (rows - 1L) * aRow + (inner - 1L) * aColumn + 1
            || b.Length < (inner - 1L) * bRow + columns || c.Length < (rows - 1L) * cRow + columns)
        {
            throw new ArgumentException($"A block of {rows} x {columns} x {inner} does not lie within its operands.");
        }
        fixed (float* pa = a, pb = b, pc = c)
            Block(rows, columns, inner, pa, aRow, aColumn, pb, bRow, pc, cRow, accumulate);
    }
}
