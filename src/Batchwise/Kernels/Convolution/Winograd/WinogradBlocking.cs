namespace Batchwise.Kernels;

/// <summary>The sizes by which Winograd convolutions are cut, and why: the only place that knows them.</summary>
internal static class WinogradBlocking
{
    /// <summary>
    /// Tiles of a task: the weight's frequencies are read once for so many. Of 64 channels, their frequencies fill half a second-level
    /// cache of 1 MB, those of <see cref="ColumnsTogether"/> outputs the other half.
    /// </summary>
    private const int TilesOfTask = 56;

    /// <summary>Outputs whose frequencies are kept at a time.</summary>
    private const int ColumnsTogether = 64;

    /// <summary>So many tasks keep 16 workers busy.</summary>
    private const int TasksAimedAt = 16;

    /// <summary>Floats of the weight, the tiles and their products, all in frequencies, that are still fast to fetch from a shared cache: 16 MB.</summary>
    private const long MostStaged = 4 << 20;

    /// <summary>Floats of tiles in frequencies that a round of the weight's gradient works on: 4 MB.</summary>
    private const long FloatsOfRound = 1 << 20;

    /// <summary>Floats, all in frequencies, that a second-level cache of 1 MB holds beside others: 512 KB.</summary>
    private const long FewestStaged = 128 << 10;

    /// <summary>Tiles that fill the rows of a product's tile; fewer where tasks would be too few.</summary>
    private const int FewestTiles = 16;

    /// <summary>The fewest tasks that a convolution is cut into for the sake of <see cref="FewestTiles"/>.</summary>
    private const int FewestTasks = 4;

    /// <summary>Whether all frequencies of a batch are made at once; else those of a few rows of tiles.</summary>
    public static bool IsStaged(WinogradGrid grid, ConvolutionTask task, int frequencies)
    {
        var shape = task.Shape;
        var tiles = frequencies * (long)grid.Rows(task.Capacity) * grid.TileColumns * (shape.Channels + shape.Outputs);
        var weight = frequencies * (long)shape.Channels * shape.Outputs;
        // What every worker's own cache holds, stages would only move from one cache to another. A weight that is not prepared
        // needs its stage anyway.
        if (task.IsPrepared && tiles <= FewestStaged && weight <= FewestStaged)
            return false;
        return tiles + weight <= MostStaged;
    }

    /// <summary>Rows of tiles of a task: as many as its caches hold, and as leave enough tasks for all workers.</summary>
    public static int RowsOfTask(WinogradGrid grid, int rows)
    {
        var share = (rows + TasksAimedAt - 1) / TasksAimedAt;
        return Math.Max(1, Math.Min(share, TilesOfTask / grid.TileColumns));
    }

    /// <summary>The same where a task does all that is done with its tiles.</summary>
    public static int RowsOfFusedTask(WinogradGrid grid, int rows)
    {
        var filled = (FewestTiles + grid.TileColumns - 1) / grid.TileColumns;
        return Math.Max(RowsOfTask(grid, rows), Math.Min(filled, rows / FewestTasks));
    }

    /// <summary>Panels of the weight whose products with a task's tiles are kept at a time.</summary>
    public static int PanelsTogether(int panels, int width) => Math.Clamp(ColumnsTogether / width, 1, panels);

    /// <summary>Tasks that the columns of one frequency's product are cut into.</summary>
    public static int ColumnTasks(int panels, int width) => Math.Clamp(panels * width / ColumnsTogether, 1, panels);

    /// <summary>Rows of tiles whose frequencies are kept at a time for the weight's gradient.</summary>
    public static int RowsOfRound(WinogradGrid grid, int capacity, long floatsOfTile)
    {
        var rows = grid.Rows(capacity);
        var rounds = (rows * grid.TileColumns * floatsOfTile + FloatsOfRound - 1) / FloatsOfRound;
        return (int)Math.Max(1, (rows + rounds - 1) / rounds);
    }
}
