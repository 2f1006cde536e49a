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

    /// <summary>Where the tile of a row and column lies.</summary>
    public int Position(int row, int column)
    {
        var bottoms = BottomsBefore(row);
        var uppers = row - FirstRow - bottoms;
        var isRight = column == Grid.TileColumns - 1;
        if (!Grid.IsBottom(row))
            return isRight ? uppers : Uppers + uppers * (Grid.TileColumns - 1) + column;
        return Uppers * Grid.TileColumns + (isRight ? Bottoms * (Grid.TileColumns - 1) + bottoms : bottoms * (Grid.TileColumns - 1) + column);
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
