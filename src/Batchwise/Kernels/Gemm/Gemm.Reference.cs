namespace Batchwise.Kernels;

internal static unsafe partial class Gemm
{
    /// <summary>
    /// C (+)= A B by its definition, every sum in double: the oracle of the fast variants, and what runs where there are no
    /// vectors.
    /// </summary>
    /// <param name="product">The operands; A is not packed.</param>
    /// <param name="bColumn">Floats from one column of B to the next.</param>
    public static void Reference(in BlockProduct product, nint bColumn = 1)
    {
        for (var i = 0; i < product.Rows; i++)
        {
            for (var j = 0; j < product.Columns; j++)
            {
                var a = product.A + i * product.ARow;
                var b = product.B + j * bColumn;
                var c = product.C + i * product.CRow + j;
                var sum = product.Accumulate ? (double)*c : 0.0;
                for (var k = 0; k < product.Inner; k++)
                    sum += (double)a[k * product.AColumn] * b[k * product.BRow];
                *c = (float)sum;
            }
        }
    }
}
