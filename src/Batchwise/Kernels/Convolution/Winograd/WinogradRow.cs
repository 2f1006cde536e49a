namespace Batchwise.Kernels;

/// <summary>A row of tiles on its map, and where its tiles lie in scratch.</summary>
internal readonly struct WinogradRow
{
    /// <summary>The sample of the batch.</summary>
    public required int Sample { get; init; }

    /// <summary>Its number in the sample's map.</summary>
    public required int Number { get; init; }

    /// <summary>The column of the tile at the right edge.</summary>
    public required int LastColumn { get; init; }

    /// <summary>Where its tiles start, but for the one at the right edge.</summary>
    public required int First { get; init; }

    /// <summary>Where the tile at the right edge lies.</summary>
    public required int Last { get; init; }

    /// <summary>Whether its tiles are halved in height.</summary>
    public required TileKind Rows { get; init; }

    /// <summary>Whether the tile at the right edge is halved in width.</summary>
    public required TileKind LastColumns { get; init; }

    /// <summary>Where the tile of a column lies.</summary>
    public int Position(int column) => column == LastColumn ? Last : First + column;

    /// <summary>Which transforms the tile of a column takes.</summary>
    public TileKind Kind(int column) => column == LastColumn ? Rows | LastColumns : Rows;
}
