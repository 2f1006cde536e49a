using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>
/// The innermost part of every matrix product: a tile of up to 12 rows and two vectors of columns of C, held in registers
/// while the inner dimension runs. One source; the JIT makes of it one routine per vector width, height and width of tile.
/// </summary>
/// <remarks>
/// Every element of C is one chain of multiply-adds over the inner dimension in ascending order, which starts from C or
/// from zero. Its bits therefore depend neither on its place in a tile, nor on the tile's shape, nor on how the inner
/// dimension is cut into blocks.
/// </remarks>
internal static unsafe class Tile<TOperations, TVector, TRows, TColumns>
    where TOperations : struct, IVectorOperations<TVector>
    where TVector : struct
    where TRows : struct, ITileRows
    where TColumns : struct, ITileColumns
{
    /// <summary>Computes as many whole tiles, one under another, as the product has rows for. Their width must be the product's.</summary>
    // Optimized at once: in the first tier every operation would be a call.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in BlockProduct product)
    {
        Debug.Assert(product.Columns <= TColumns.Vectors * TOperations.Width);
        Debug.Assert(product.Columns > (TColumns.Vectors - 1) * TOperations.Width);
        Debug.Assert(product.APanelRows == 0 || product.APanelRows == TRows.Count || product.Rows < product.APanelRows);
        Debug.Assert(TColumns.IsPartial || product.Columns % TOperations.Width == 0);

        var lanes = product.Columns - (TColumns.Vectors - 1) * TOperations.Width;
        var accumulate = product.Accumulate;
        nint inner = product.Inner, aRow = product.ARow, aColumn = product.AColumn, bRow = product.BRow, cRow = product.CRow;
        var aTile = product.APanelRows == 0 ? TRows.Count * aRow : product.APanelRows * inner;
        var a = product.A;
        var c = product.C;
        for (var tiles = product.Rows / TRows.Count; tiles > 0; tiles--)
        {
            TVector l0, l1, l2, l3, l4, l5, l6, l7, l8, l9, l10, l11;
            TVector r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11;
            l0 = l1 = l2 = l3 = l4 = l5 = l6 = l7 = l8 = l9 = l10 = l11 = TOperations.Zero;
            r0 = r1 = r2 = r3 = r4 = r5 = r6 = r7 = r8 = r9 = r10 = r11 = TOperations.Zero;
            if (accumulate)
            {
                var row = c;
                Load(ref row, cRow, lanes, ref l0, ref r0);
                if (TRows.Count > 1) Load(ref row, cRow, lanes, ref l1, ref r1);
                if (TRows.Count > 2) Load(ref row, cRow, lanes, ref l2, ref r2);
                if (TRows.Count > 3) Load(ref row, cRow, lanes, ref l3, ref r3);
                if (TRows.Count > 4) Load(ref row, cRow, lanes, ref l4, ref r4);
                if (TRows.Count > 5) Load(ref row, cRow, lanes, ref l5, ref r5);
                if (TRows.Count > 6) Load(ref row, cRow, lanes, ref l6, ref r6);
                if (TRows.Count > 7) Load(ref row, cRow, lanes, ref l7, ref r7);
                if (TRows.Count > 8) Load(ref row, cRow, lanes, ref l8, ref r8);
                if (TRows.Count > 9) Load(ref row, cRow, lanes, ref l9, ref r9);
                if (TRows.Count > 10) Load(ref row, cRow, lanes, ref l10, ref r10);
                if (TRows.Count > 11) Load(ref row, cRow, lanes, ref l11, ref r11);
            }

            var next = c + TRows.Count * cRow;
            for (var i = 0; i < TRows.Count; i++)
            {
                Ahead.Ask(next);
                if (TColumns.Vectors > 1)
                    Ahead.Ask(next + 2 * TOperations.Width - 1);
                next += cRow;
            }

            // Four pointers, each to three rows of A: so the addresses need no more registers than there are.
            float* a0 = a, a3 = a0 + 3 * aRow, a6 = a3 + 3 * aRow, a9 = a6 + 3 * aRow;
            var b = product.B;
            for (var k = inner; k > 0; k--)
            {
                var b0 = TColumns.Vectors > 1 ? TOperations.Load(b) : LoadLast(b, lanes);
                var b1 = TColumns.Vectors > 1 ? LoadLast(b + TOperations.Width, lanes) : b0;
                MultiplyAdd(a0, b0, b1, ref l0, ref r0);
                if (TRows.Count > 1) MultiplyAdd(a0 + aRow, b0, b1, ref l1, ref r1);
                if (TRows.Count > 2) MultiplyAdd(a0 + 2 * aRow, b0, b1, ref l2, ref r2);
                if (TRows.Count > 3) MultiplyAdd(a3, b0, b1, ref l3, ref r3);
                if (TRows.Count > 4) MultiplyAdd(a3 + aRow, b0, b1, ref l4, ref r4);
                if (TRows.Count > 5) MultiplyAdd(a3 + 2 * aRow, b0, b1, ref l5, ref r5);
                if (TRows.Count > 6) MultiplyAdd(a6, b0, b1, ref l6, ref r6);
                if (TRows.Count > 7) MultiplyAdd(a6 + aRow, b0, b1, ref l7, ref r7);
                if (TRows.Count > 8) MultiplyAdd(a6 + 2 * aRow, b0, b1, ref l8, ref r8);
                if (TRows.Count > 9) MultiplyAdd(a9, b0, b1, ref l9, ref r9);
                if (TRows.Count > 10) MultiplyAdd(a9 + aRow, b0, b1, ref l10, ref r10);
                if (TRows.Count > 11) MultiplyAdd(a9 + 2 * aRow, b0, b1, ref l11, ref r11);
                a0 += aColumn;
                if (TRows.Count > 3) a3 += aColumn;
                if (TRows.Count > 6) a6 += aColumn;
                if (TRows.Count > 9) a9 += aColumn;
                b += bRow;
            }

            Store(l0, r0, ref c, cRow, lanes);
            if (TRows.Count > 1) Store(l1, r1, ref c, cRow, lanes);
            if (TRows.Count > 2) Store(l2, r2, ref c, cRow, lanes);
            if (TRows.Count > 3) Store(l3, r3, ref c, cRow, lanes);
            if (TRows.Count > 4) Store(l4, r4, ref c, cRow, lanes);
            if (TRows.Count > 5) Store(l5, r5, ref c, cRow, lanes);
            if (TRows.Count > 6) Store(l6, r6, ref c, cRow, lanes);
            if (TRows.Count > 7) Store(l7, r7, ref c, cRow, lanes);
            if (TRows.Count > 8) Store(l8, r8, ref c, cRow, lanes);
            if (TRows.Count > 9) Store(l9, r9, ref c, cRow, lanes);
            if (TRows.Count > 10) Store(l10, r10, ref c, cRow, lanes);
            if (TRows.Count > 11) Store(l11, r11, ref c, cRow, lanes);
            a += aTile;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MultiplyAdd(float* a, TVector b0, TVector b1, ref TVector left, ref TVector right)
    {
        var x = TOperations.Broadcast(*a);
        left = TOperations.MultiplyAdd(x, b0, left);
        if (TColumns.Vectors > 1)
            right = TOperations.MultiplyAdd(x, b1, right);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(ref float* row, nint stride, int lanes, ref TVector left, ref TVector right)
    {
        left = TColumns.Vectors > 1 ? TOperations.Load(row) : LoadLast(row, lanes);
        if (TColumns.Vectors > 1)
            right = LoadLast(row + TOperations.Width, lanes);
        row += stride;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TVector left, TVector right, ref float* row, nint stride, int lanes)
    {
        if (TColumns.Vectors > 1)
            TOperations.Store(left, row);
        var last = TColumns.Vectors > 1 ? right : left;
        var target = row + (TColumns.Vectors - 1) * TOperations.Width;
        if (TColumns.IsPartial)
            TOperations.StorePartial(last, target, lanes);
        else
            TOperations.Store(last, target);
        row += stride;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LoadLast(float* source, int lanes) =>
        TColumns.IsPartial ? TOperations.LoadPartial(source, lanes) : TOperations.Load(source);
}
