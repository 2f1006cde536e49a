namespace Batchwise.Kernels;

/// <summary>
/// A window that moves over the maps of a batch, channel by channel: x [N, Height, Width, Channels], y [N, OutHeight, OutWidth,
/// Channels]. Output (i, j) sees input (i StrideY - Top + u, j StrideX - Left + v), 0 &lt;= u &lt; WindowHeight, 0 &lt;= v &lt;
/// WindowWidth, as far as that lies inside; every window sees something. A line is a row of places of a map, and lines are
/// numbered through the batch.
/// </summary>
internal readonly record struct PoolShape
{
    private const int Lanes = 16;

    /// <summary>Lines of an input.</summary>
    public required int Height { get; init; }

    /// <summary>Places of an input's line.</summary>
    public required int Width { get; init; }

    /// <summary>Channels of both.</summary>
    public required int Channels { get; init; }

    /// <summary>Lines of an output.</summary>
    public required int OutHeight { get; init; }

    /// <summary>Places of an output's line.</summary>
    public required int OutWidth { get; init; }

    /// <summary>Lines of the window.</summary>
    public required int WindowHeight { get; init; }

    /// <summary>Columns of the window.</summary>
    public required int WindowWidth { get; init; }

    /// <summary>Lines from one output to the next.</summary>
    public int StrideY { get; init; } = 1;

    /// <summary>Columns from one output to the next.</summary>
    public int StrideX { get; init; } = 1;

    /// <summary>Lines of padding above.</summary>
    public int Top { get; init; }

    /// <summary>Columns of padding on the left.</summary>
    public int Left { get; init; }

    public PoolShape()
    {
    }

    /// <summary>Channels in whole vectors, of up to sixteen lanes: the rows of scratch and of winners.</summary>
    public int PaddedChannels => (Channels + Lanes - 1) / Lanes * Lanes;

    /// <summary>The most lines of the input that lie under one window.</summary>
    public int MostLines => Math.Min(WindowHeight, Height);

    /// <summary>The lines of the input that an output's line sees.</summary>
    public Seen LinesOf(int i) => Seen.Of(i * StrideY - Top, WindowHeight, Height);

    /// <summary>The columns of the input that an output's column sees.</summary>
    public Seen ColumnsOf(int j) => Seen.Of(j * StrideX - Left, WindowWidth, Width);

    /// <summary>The lines of the output that see a line of the input: from the first up to the end.</summary>
    public (int First, int End) LinesThatSee(int row) => ThatSee(row + Top, WindowHeight, StrideY, OutHeight);

    /// <summary>The columns of the output that see a column of the input: from the first up to the end.</summary>
    public (int First, int End) ColumnsThatSee(int column) => ThatSee(column + Left, WindowWidth, StrideX, OutWidth);

    /// <summary>Refuses a tensor that does not hold so many lines.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="lines">How many lines it has to have.</param>
    /// <param name="width">Places of a line.</param>
    /// <param name="length">Its floats.</param>
    /// <param name="stride">Floats from one place to the next.</param>
    public void Require(string name, long lines, int width, long length, int stride)
    {
        if (stride < Channels || length < (lines * width - 1) * stride + Channels)
            throw new ArgumentException($"{name} of a pool has {lines} lines of {width} places and {Channels} channels: {length} floats at a stride of {stride} do not hold them.");
    }

    /// <summary>Refuses too little scratch.</summary>
    public static void RequireScratch(long needed, int length)
    {
        if (length < needed)
            throw new ArgumentException($"A pool needs {needed} floats of scratch, not {length}.");
    }

    /// <summary>Lines of whole maps up to one: what a tensor holds at least whose maps are seen up to that line.</summary>
    /// <param name="lines">Lines of the other tensor, up to the last that is worked on.</param>
    /// <param name="height">Lines of its maps.</param>
    /// <param name="otherHeight">Lines of the maps asked for.</param>
    public static long WholeMaps(long lines, int height, int otherHeight) => (lines + height - 1) / height * otherHeight;

    private static (int First, int End) ThatSee(int place, int window, int stride, int outputs) =>
        (Math.Max(0, (place - window + stride) / stride), Math.Min(outputs, place / stride + 1));
}

/// <summary>What a window sees in one direction: from where on, how much, and how much of the window lies before.</summary>
internal readonly record struct Seen(int First, int Count, int Before)
{
    public static Seen Of(int start, int window, int extent)
    {
        var first = Math.Max(start, 0);
        return new(first, Math.Min(start + window, extent) - first, first - start);
    }
}
