namespace Batchwise.Kernels;

/// <summary>
/// A map of a batch as tiles lie on it: tile (i, j) covers the rows from i Size - Top and the columns from j Size - Left. What lies
/// outside the map reads as zero and is not written.
/// </summary>
/// <param name="Height">Rows of the map.</param>
/// <param name="Width">Columns of the map.</param>
/// <param name="Channels">Channels of the map.</param>
/// <param name="Top">Rows above the map that the first tile covers.</param>
/// <param name="Left">Columns left of the map that the first tile covers.</param>
/// <param name="TileRows">Rows of tiles.</param>
/// <param name="TileColumns">Tiles in a row.</param>
/// <param name="BottomOutputs">Rows of outputs that the lowest row of tiles has.</param>
/// <param name="RightOutputs">Columns of outputs that the last tile of a row has.</param>
internal readonly record struct WinogradGrid(
    int Height, int Width, int Channels, int Top, int Left, int TileRows, int TileColumns, int BottomOutputs, int RightOutputs)
{
    /// <summary>Rows of tiles in a batch: the tiles are numbered row by row, sample by sample.</summary>
    public int Rows(int count) => count * TileRows;

    /// <summary>The tiles of a convolution's output y, and of its gradient.</summary>
    public static WinogradGrid OfOutput(ConvolutionShape shape, int size) =>
        new(shape.OutHeight, shape.OutWidth, shape.Outputs, 0, 0, (shape.OutHeight + size - 1) / size, (shape.OutWidth + size - 1) / size,
            (shape.OutHeight - 1) % size + 1, (shape.OutWidth - 1) % size + 1);

    /// <summary>The squares of x that the tiles of y take.</summary>
    public static WinogradGrid OfInput(ConvolutionShape shape, int size) =>
        OfOutput(shape, size) with { Height = shape.Height, Width = shape.Width, Channels = shape.Channels, Top = shape.Top, Left = shape.Left };

    /// <summary>The part inside the map of a square of so many places a side.</summary>
    public SquarePart Part(int top, int left, int edge) =>
        new(Math.Max(-top, 0), Math.Min(edge, Height - top), Math.Max(-left, 0), Math.Min(edge, Width - left));

    /// <summary>The place where a row of tiles starts, if nothing lies above and left: its tiles fill what lies before the next row's start.</summary>
    public int FirstPlace(int row, int size) =>
        (row / TileRows * Height + Math.Min(row % TileRows * size, Height)) * Width;
}
