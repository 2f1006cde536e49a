namespace Batchwise.Kernels;

/// <summary>The sizes by which Winograd convolutions are cut, and why: the only place that knows them.</summary>
internal static class WinogradBlocking
{
    /// <summary>Tiles of a task: measured. The weight's frequencies are read once for so many.</summary>
    private static readonly int TilesOfTask = int.Parse(Environment.GetEnvironmentVariable("WT") ?? "56");

    /// <summary>Outputs whose frequencies are kept at a time.</summary>
    private static readonly int ColumnsTogether = int.Parse(Environment.GetEnvironmentVariable("WN") ?? "64");

    /// <summary>So many tasks keep 16 workers busy.</summary>
    private const int TasksAimedAt = 16;

    /// <summary>Rows of tiles of a task: as many as its caches hold, and as leave enough tasks for all workers.</summary>
    public static int RowsOfTask(WinogradGrid grid, int capacity)
    {
        var share = (grid.Rows(capacity) + TasksAimedAt - 1) / TasksAimedAt;
        return Math.Max(1, Math.Min(share, TilesOfTask / grid.TileColumns));
    }

    /// <summary>Panels of the weight whose products with a task's tiles are kept at a time.</summary>
    public static int PanelsTogether(int panels, int width) => Math.Clamp(ColumnsTogether / width, 1, panels);

    private static readonly long FloatsOfRound = (long)(double.Parse(Environment.GetEnvironmentVariable("WR") ?? "4") * (1 << 18));

    /// <summary>Rows of tiles whose frequencies are kept at a time for the weight's gradient.</summary>
    public static int RowsOfRound(WinogradGrid grid, int capacity, long floatsOfTile)
    {
        var rows = grid.Rows(capacity);
        var rounds = (rows * grid.TileColumns * floatsOfTile + FloatsOfRound - 1) / FloatsOfRound;
        return (int)Math.Max(1, (rows + rounds - 1) / rounds);
    }

    /// <summary>Rows of tiles that a task transforms, of those of a round.</summary>
    public static int RowsOfTransform(WinogradGrid grid, int rows) => Math.Max(1, Math.Min((rows + TasksAimedAt - 1) / TasksAimedAt, TilesOfTask / grid.TileColumns));

    /// <summary>The parts of the outputs by which a frequency's product is cut.</summary>
    public static Pieces GradientColumns(ConvolutionShape shape, int width) => new(shape.Outputs, width, 1);

    /// <summary>Tasks that the columns of one frequency's product are cut into.</summary>
    public static int ColumnTasks(int panels, int width) => Math.Clamp(panels * width / ColumnsTogether, 1, panels);

    public static readonly bool Staged = Environment.GetEnvironmentVariable("WS") == "1";
}
