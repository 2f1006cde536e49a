using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>
/// A product cut into tiles: columns two vectors at a time, under each the rows, so that the columns of B in use stay in
/// the first-level cache. Nothing outside the operands is read or written.
/// </summary>
internal static class BlockSweep<TOperations, TVector>
    where TOperations : struct, IVectorOperations<TVector>, IQuadOperations<TVector>
    where TVector : struct
{
    /// <summary>The most columns at the right edge that quads compute faster than a partial vector: measured.</summary>
    private static int NarrowLimit => TOperations.Quads > 1 ? 2 * TOperations.Quads : 0;

    /// <summary>Computes the product.</summary>
    public static void Run(in BlockProduct product)
    {
        var width = TOperations.Width;
        var column = 0;
        for (; product.Columns - column >= 2 * width; column += 2 * width)
            SweepRows<TwoVectors>(product.TakeColumns(column, 2 * width));

        var rest = product.Columns - column;
        var narrowLimit = product.APanelRows == 0 ? NarrowLimit : 0;
        if (rest > width + narrowLimit)
        {
            SweepRows<TwoVectorsLastPartial>(product.TakeColumns(column, rest));
            return;
        }
        if (rest >= width)
        {
            SweepRows<OneVector>(product.TakeColumns(column, width));
            column += width;
            rest -= width;
        }
        if (rest > narrowLimit)
            SweepRows<OnePartialVector>(product.TakeColumns(column, rest));
        else
            for (; rest > 0; column += 4, rest -= 4)
                SweepNarrow(product.TakeColumns(column, Math.Min(rest, 4)));
    }

    /// <summary>The tallest tile that the registers hold, then lower ones for the last rows.</summary>
    private static void SweepRows<TColumns>(BlockProduct rest)
        where TColumns : struct, ITileColumns
    {
        // One vector of columns leaves room for twelve rows everywhere, and six would be too few sums at a time to hide
        // the latency of an addition; but the panels of a packed A have the height of the wide tile.
        if (GemmBlocking.TileRows<TOperations, TVector>() == 12 || (TColumns.Vectors == 1 && rest.APanelRows == 0))
        {
            Descend<TwelveRows, TColumns>(ref rest);
            Descend<EightRows, TColumns>(ref rest);
        }
        else
        {
            Descend<SixRows, TColumns>(ref rest);
        }
        Descend<FourRows, TColumns>(ref rest);
        Descend<ThreeRows, TColumns>(ref rest);
        Descend<TwoRows, TColumns>(ref rest);
        Descend<OneRow, TColumns>(ref rest);
    }

    private static void SweepNarrow(BlockProduct rest)
    {
        DescendNarrow<EightRows>(ref rest);
        DescendNarrow<SevenRows>(ref rest);
        DescendNarrow<SixRows>(ref rest);
        DescendNarrow<FiveRows>(ref rest);
        DescendNarrow<FourRows>(ref rest);
        DescendNarrow<ThreeRows>(ref rest);
        DescendNarrow<TwoRows>(ref rest);
        DescendNarrow<OneRow>(ref rest);
        SweepRows<OnePartialVector>(rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Descend<TRows, TColumns>(ref BlockProduct rest)
        where TRows : struct, ITileRows
        where TColumns : struct, ITileColumns
    {
        if (rest.Rows < TRows.Count)
            return;
        Tile<TOperations, TVector, TRows, TColumns>.Run(rest);
        var done = rest.Rows / TRows.Count * TRows.Count;
        rest = rest.TakeRows(done, rest.Rows - done);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void DescendNarrow<TVectors>(ref BlockProduct rest)
        where TVectors : struct, ITileRows
    {
        var height = NarrowTile<TOperations, TVector, TVectors>.Rows;
        if (rest.Rows < height)
            return;
        NarrowTile<TOperations, TVector, TVectors>.Run(rest);
        var done = rest.Rows / height * height;
        rest = rest.TakeRows(done, rest.Rows - done);
    }
}
