namespace Batchwise.Kernels;

/// <summary>The sizes by which convolutions as products are cut, and why: measured.</summary>
internal static class ConvolutionBlocking
{
    /// <summary>The most rows of a task: with 256 columns they are 200 KB, which what follows the convolution finds in the second-level cache.</summary>
    private const int MostRows = 192;

    /// <summary>So many tasks keep 16 workers busy.</summary>
    private const int WantedTasks = 16;

    /// <summary>The fewest rows that are worth reading the weight for.</summary>
    private const int FewestRows = 48;

    /// <summary>The most rows of a block of the weight's gradient.</summary>
    private const int WeightRows = 192;

    /// <summary>The most columns of a block of the weight's gradient.</summary>
    private const int WeightColumns = 256;

    /// <summary>Places whose products are summed before the sums go back to memory.</summary>
    public const int PlacesAtATime = 192;

    /// <summary>The fewest places worth a sum of their own.</summary>
    private const int FewestPlaces = 192;

    /// <summary>Blocks of rows, and of channels too where there are few rows.</summary>
    /// <param name="rows">Places of the batch.</param>
    /// <param name="channels">Channels of the target.</param>
    /// <param name="tileRows">Rows of a tile.</param>
    /// <param name="panelWidth">Columns of a tile.</param>
    public static (Pieces Rows, Pieces Channels) Tasks(int rows, int channels, int tileRows, int panelWidth)
    {
        var blocks = Math.Max(Ceiling(rows, MostRows), Math.Min(WantedTasks, Ceiling(rows, FewestRows)));
        // An even number, so that two or four workers end together.
        var pieces = new Pieces(rows, tileRows, Ceiling(blocks, 4) * 4);
        return (pieces, new Pieces(channels, panelWidth, WantedTasks / 2 / pieces.Count));
    }

    /// <summary>The longest block of rows for any batch.</summary>
    public static int LongestRows(int tileRows) => Ceiling(MostRows, tileRows) * tileRows;

    /// <summary>Bands of the target's rows whose phases are blocks as large as <see cref="Tasks"/> makes them.</summary>
    /// <param name="rows">Rows of the target, through all samples.</param>
    /// <param name="width">Places of a row.</param>
    /// <param name="strideY">Phases of the rows.</param>
    /// <param name="strideX">Phases of the columns.</param>
    public static Pieces Bands(int rows, int width, int strideY, int strideX)
    {
        var places = (int)((long)rows * width / ((long)strideY * strideX));
        var blocks = Math.Max(Ceiling(places, MostRows), Math.Min(WantedTasks, Ceiling(places, FewestRows)));
        return new(rows, strideY, Ceiling(blocks, 4) * 4);
    }

    /// <summary>Blocks of a band's rows, no longer than <see cref="LongestRows"/>.</summary>
    public static Pieces RowBlocks(int rows, int tileRows) => new(rows, tileRows, Ceiling(rows, MostRows));

    /// <summary>Tasks that pack a weight.</summary>
    /// <param name="units">Panels.</param>
    /// <param name="floats">Floats of all of them.</param>
    public static Pieces Packing(int units, long floats) => new(units, 1, (int)Math.Clamp(floats / 4096, 1, WantedTasks));

    /// <summary>Blocks of the weight's gradient: rows of taps and channels, and columns where there are many.</summary>
    public static (Pieces Rows, Pieces Columns) WeightBlocks(int rows, int columns, int tileRows, int panelWidth) =>
        (new(rows, tileRows, Ceiling(rows, WeightRows)), new(columns, panelWidth, Ceiling(columns, WeightColumns)));

    /// <summary>Parts of the places, where blocks of the weight's gradient are too few: each sums apart.</summary>
    public static Pieces WeightParts(int places, int blocks) =>
        new(places, PlacesAtATime, Math.Min(Ceiling(WantedTasks, blocks), Ceiling(places, FewestPlaces)));

    /// <summary>What a part of the places is cut into: so many of 32 columns are 24 KB, half of a first-level cache.</summary>
    public static Pieces WeightSteps(int places) => new(places, 8, Ceiling(places, PlacesAtATime));

    private static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;
}
