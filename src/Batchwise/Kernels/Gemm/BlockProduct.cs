namespace Batchwise.Kernels;

/// <summary>
/// C (+)= A B on one block of a matrix product: where the operands lie. A is addressed by two strides, so that it may be
/// plain, transposed or packed; the rows of B and C are contiguous.
/// </summary>
internal readonly unsafe struct BlockProduct
{
    /// <summary>Rows of A and C.</summary>
    public int Rows { get; init; }

    /// <summary>Columns of B and C.</summary>
    public int Columns { get; init; }

    /// <summary>Columns of A, rows of B: the length of every sum.</summary>
    public int Inner { get; init; }

    /// <summary>A: [Rows, Inner], element (i, k) at <c>A[i * ARow + k * AColumn]</c>.</summary>
    public float* A { get; init; }

    /// <summary>Floats from one row of A to the next.</summary>
    public nint ARow { get; init; }

    /// <summary>Floats from one column of A to the next.</summary>
    public nint AColumn { get; init; }

    /// <summary>
    /// Zero, unless A is packed: then the rows of a panel. A panel is contiguous, [Inner, APanelRows], and the panels follow
    /// one another.
    /// </summary>
    public int APanelRows { get; init; }

    /// <summary>B: [Inner, Columns], element (k, j) at <c>B[k * BRow + j]</c>.</summary>
    public float* B { get; init; }

    /// <summary>Floats from one row of B to the next.</summary>
    public nint BRow { get; init; }

    /// <summary>C: [Rows, Columns], element (i, j) at <c>C[i * CRow + j]</c>.</summary>
    public float* C { get; init; }

    /// <summary>Floats from one row of C to the next.</summary>
    public nint CRow { get; init; }

    /// <summary>Whether the sums start from what C holds; else C is only written.</summary>
    public bool Accumulate { get; init; }

    /// <summary>The part of some rows.</summary>
    /// <param name="first">The first of them; where A is packed and several panels remain, the first of a panel.</param>
    /// <param name="count">How many.</param>
    public BlockProduct TakeRows(int first, int count) => this with
    {
        Rows = count,
        A = A + (APanelRows == 0 ? first * ARow : (nint)(first / APanelRows) * APanelRows * Inner + first % APanelRows * ARow),
        C = C + first * CRow,
    };

    /// <summary>The part of some columns.</summary>
    public BlockProduct TakeColumns(int first, int count) => this with { Columns = count, B = B + first, C = C + first };

    /// <summary>The part of some of the terms of every sum; all but the first part accumulate. A is not packed.</summary>
    public BlockProduct TakeInner(int first, int count) => this with
    {
        Inner = count,
        A = A + first * AColumn,
        B = B + first * BRow,
        Accumulate = Accumulate || first > 0,
    };
}
