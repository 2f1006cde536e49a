namespace Batchwise.Kernels;

/// <summary>The sizes by which a dense layer's product is cut in inference, and why: measured.</summary>
internal static class DenseBlocking
{
    /// <summary>Rows of a block: the tallest tile.</summary>
    private const int Rows = 12;

    /// <summary>Columns of a block: a cache line of each row of the weight.</summary>
    private const int Columns = 16;

    /// <summary>
    /// The most blocks of columns: those of one row are each other's neighbours in the weight's rows, which a worker reads best
    /// in one piece.
    /// </summary>
    private const int MostColumnBlocks = 32;

    /// <summary>Multiply-adds worth a task: about a microsecond.</summary>
    private const long WorkOfTask = 40_000;

    /// <summary>Floats of the weight worth a task where few rows share them: about a microsecond to read.</summary>
    private const long WeightOfTask = 16_000;

    /// <summary>Blocks of rows and columns.</summary>
    /// <param name="rows">Samples.</param>
    /// <param name="columns">Outputs of the layer.</param>
    /// <param name="inner">Inputs of the layer.</param>
    public static (Pieces Rows, Pieces Columns) Blocks(int rows, int columns, int inner)
    {
        var weight = (long)columns * inner;
        var wanted = (int)Math.Clamp(Math.Max(rows * weight / WorkOfTask, weight / WeightOfTask), 1, 64);
        // Rows are cut first: the blocks of a row share what they read of x, and a worker's own cache holds the weight or gets it
        // once.
        var rowBlocks = new Pieces(rows, Rows, wanted);
        return (rowBlocks, new Pieces(columns, Columns,
            Math.Min(MostColumnBlocks, (wanted + rowBlocks.Count - 1) / rowBlocks.Count)));
    }
}
