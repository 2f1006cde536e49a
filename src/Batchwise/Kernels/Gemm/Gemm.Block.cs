using System.Runtime.Intrinsics;

namespace Batchwise.Kernels;

/// <summary>Products of matrices.</summary>
internal static unsafe partial class Gemm
{
    /// <summary>
    /// C (+)= A B on operands as they lie, on this thread: for small products, and for the parts of a larger operation.
    /// Reads and writes nothing outside the operands.
    /// </summary>
    /// <param name="rows">Rows of A and C.</param>
    /// <param name="columns">Columns of B and C.</param>
    /// <param name="inner">Columns of A, rows of B.</param>
    /// <param name="a">A: [rows, inner].</param>
    /// <param name="aRow">Floats from one row of A to the next; 1 where A is stored transposed.</param>
    /// <param name="aColumn">Floats from one column of A to the next; 1 where A is stored plainly.</param>
    /// <param name="b">B: [inner, columns], its rows contiguous.</param>
    /// <param name="bRow">Floats from one row of B to the next.</param>
    /// <param name="c">C: [rows, columns], its rows contiguous; overlaps neither A nor B.</param>
    /// <param name="cRow">Floats from one row of C to the next.</param>
    /// <param name="accumulate">Whether the sums start from what C holds; else C is only written.</param>
    public static void Block(int rows, int columns, int inner, float* a, nint aRow, nint aColumn, float* b, nint bRow, float* c, nint cRow, bool accumulate) =>
        Block(InstructionSet.Current, new BlockProduct
        {
            Rows = rows,
            Columns = columns,
            Inner = inner,
            A = a,
            ARow = aRow,
            AColumn = aColumn,
            B = b,
            BRow = bRow,
            C = c,
            CRow = cRow,
            Accumulate = accumulate,
        });

    /// <summary>The same with the kernels of a given kind.</summary>
    public static void Block(KernelKind kind, in BlockProduct product)
    {
        switch (kind)
        {
            case KernelKind.Vector512:
                BlockSweep<Vector512Operations, Vector512<float>>.Run(product);
                break;
            case KernelKind.Vector256:
                BlockSweep<Vector256Operations, Vector256<float>>.Run(product);
                break;
            case KernelKind.Vector128:
                BlockSweep<Vector128Operations, Vector128<float>>.Run(product);
                break;
            default:
                Reference(product);
                break;
        }
    }
}
