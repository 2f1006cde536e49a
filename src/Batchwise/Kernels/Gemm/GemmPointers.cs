namespace Batchwise.Kernels;

/// <summary>The operands of a product as the inside of a plan sees them: pinned, with strides in both directions.</summary>
internal readonly unsafe struct GemmPointers
{
    public float* A { get; init; }
    public nint ARow { get; init; }
    public nint AColumn { get; init; }
    public float* B { get; init; }
    public nint BRow { get; init; }
    public nint BColumn { get; init; }
    public float* C { get; init; }
    public nint CRow { get; init; }
    public bool Accumulate { get; init; }
    public float* SharedScratch { get; init; }
    public float* WorkerScratch { get; init; }

    /// <summary>The part of C of some rows and columns, with the whole inner dimension and the operands where they lie.</summary>
    public BlockProduct Part(int row, int rows, int column, int columns, int inner) => new()
    {
        Rows = rows,
        Columns = columns,
        Inner = inner,
        A = A + row * ARow,
        ARow = ARow,
        AColumn = AColumn,
        B = B + column * BColumn,
        BRow = BRow,
        C = C + row * CRow + column,
        CRow = CRow,
        Accumulate = Accumulate,
    };
}
