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
        // A panel, as most products are: nothing to cut.
        if (product.Columns == 2 * width)
        {
            SweepRows<TwoVectors>(product);
            return;
        }
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
    private static void SweepRows<TColumns>(in BlockProduct product)
        where TColumns : struct, ITileColumns
    {
        var done = 0;
        // One vector of columns leaves room for twelve rows everywhere, and six would be too few sums at a time to hide
        // the latency of an addition; but the panels of a packed A have the height of the wide tile.
        if (GemmBlocking.TileRows<TOperations, TVector>() == 12 || (TColumns.Vectors == 1 && product.APanelRows == 0))
        {
            done = Sweep<TwelveRows, TColumns>(product, done);
            done = Sweep<EightRows, TColumns>(product, done);
        }
        else
        {
            done = Sweep<SixRows, TColumns>(product, done);
        }
        done = Sweep<FourRows, TColumns>(product, done);
        done = Sweep<ThreeRows, TColumns>(product, done);
        done = Sweep<TwoRows, TColumns>(product, done);
        Sweep<OneRow, TColumns>(product, done);
    }

    private static void SweepNarrow(in BlockProduct product)
    {
        var done = SweepNarrow<EightRows>(product, 0);
        done = SweepNarrow<SevenRows>(product, done);
        done = SweepNarrow<SixRows>(product, done);
        done = SweepNarrow<FiveRows>(product, done);
        done = SweepNarrow<FourRows>(product, done);
        done = SweepNarrow<ThreeRows>(product, done);
        done = SweepNarrow<TwoRows>(product, done);
        done = SweepNarrow<OneRow>(product, done);
        if (done < product.Rows)
            SweepRows<OnePartialVector>(product.TakeRows(done, product.Rows - done));
    }

    /// <summary>As many whole tiles of a height as the rows left are enough for.</summary>
    /// <returns>How many rows are done.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Sweep<TRows, TColumns>(in BlockProduct product, int done)
        where TRows : struct, ITileRows
        where TColumns : struct, ITileColumns
    {
        var left = product.Rows - done;
        if (left < TRows.Count)
            return done;
        // Small products spend much of their time on copies of their description.
        if (done == 0)
            Tile<TOperations, TVector, TRows, TColumns>.Run(product);
        else
            Tile<TOperations, TVector, TRows, TColumns>.Run(product.TakeRows(done, left));
        return done + left / TRows.Count * TRows.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int SweepNarrow<TVectors>(in BlockProduct product, int done)
        where TVectors : struct, ITileRows
    {
        var height = NarrowTile<TOperations, TVector, TVectors>.Rows;
        var left = product.Rows - done;
        if (left < height)
            return done;
        NarrowTile<TOperations, TVector, TVectors>.Run(product.TakeRows(done, left));
        return done + left / height * height;
    }
}
