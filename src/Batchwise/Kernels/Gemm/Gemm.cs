namespace Batchwise.Kernels;
internal static class Gemm
{
    public static void Block(int rows, int columns, int inner, ReadOnlySpan<float> a, int aRow, int aColumn, ReadOnlySpan<float> b, int bRow, Span<float> c, int cRow, bool accumulate)
    {
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++)
            {
                double s = accumulate ? c[i * cRow + j] : 0;
                for (var k = 0; k < inner; k++) s += (double)a[i * aRow + k * aColumn] * b[k * bRow + j];
                c[i * cRow + j] = (float)s;
            }
    }
}
