namespace Batchwise.Kernels;

/// <summary>
/// The order of the tiles of some rows of tiles in scratch. Tiles at the lower and the right edge of a map may need fewer frequencies
/// than others; in this order those that need a frequency lie together: first the right edge, then the inner tiles, the lower edge,
/// and the corners.
/// </summary>
/// <param name="Grid">The tiles.</param>
/// <param name="FirstRow">The first row of tiles, of all rows of the batch.</param>
/// <param name="Rows">How many.</param>
internal readonly record struct WinogradOrder(WinogradGrid Grid, int FirstRow, int Rows)
{
    /// <summary>The number of tiles.</summary>
    public int Tiles => Rows * Grid.TileColumns;

    private int Bottoms => BottomsBefore(FirstRow + Rows);

    private int Uppers => Rows - Bottoms;

    /// <summary>A row of tiles.</summary>
    public WinogradRow Row<TTile>(int row)
        where TTile : struct, IWinogradTile
    {
        var (sample, number) = Math.DivRem(row, Grid.TileRows);
        var isBottom = number == Grid.TileRows - 1;
        var bottoms = BottomsBefore(row);
        var uppers = row - FirstRow - bottoms;
        var inner = Grid.TileColumns - 1;
        return new()
        {
            Sample = sample,
            Number = number,
            LastColumn = inner,
            First = isBottom ? Uppers * Grid.TileColumns + bottoms * inner : Uppers + uppers * inner,
            Last = isBottom ? Uppers * Grid.TileColumns + Bottoms * inner + bottoms : uppers,
            Rows = isBottom && TTile.IsHalf(Grid.BottomOutputs) ? TileKind.HalfRows : TileKind.Full,
            LastColumns = TTile.IsHalf(Grid.RightOutputs) ? TileKind.HalfColumns : TileKind.Full,
        };
    }

    /// <summary>The tiles that need a frequency, row by row of the square of frequencies.</summary>
    public (int First, int Count) Range<TTile>(int frequency)
        where TTile : struct, IWinogradTile
    {
        var (i, j) = Math.DivRem(frequency, TTile.Edge);
        var (bottom, right) = (TTile.Needs(i, Grid.BottomOutputs), TTile.Needs(j, Grid.RightOutputs));
        var first = right ? 0 : Uppers;
        var end = !bottom ? Uppers * Grid.TileColumns : right ? Tiles : Tiles - Bottoms;
        return (first, end - first);
    }

    private int BottomsBefore(int row) => row / Grid.TileRows - FirstRow / Grid.TileRows;
}
