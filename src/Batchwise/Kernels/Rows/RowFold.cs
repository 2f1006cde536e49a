namespace Batchwise.Kernels;

/// <summary>
/// The rows of a block as a kernel takes them. Dense rows of few channels are folded: several are taken as one that fills a whole strip
/// of vectors, and what belongs to the channels is repeated. All others are taken as they are.
/// </summary>
internal readonly unsafe struct RowFold
{
    // Of the widest vectors, whatever the instruction set: the order of sums is then the same for all.
    private const int Strip = 64;

    // For longer folded rows, or fewer of them, repeating would cost what it gains.
    private const int MostChannels = 512;
    private const int FewestRows = 16;

    private readonly int together;

    private RowFold(int rows, int channels, int together)
    {
        this.together = together;
        Rows = rows / together;
        Channels = together * channels;
        Rest = rows % together * channels;
    }

    /// <summary>Whole rows.</summary>
    public int Rows { get; }

    /// <summary>Values of each.</summary>
    public int Channels { get; }

    /// <summary>Values of one more row, which is not whole.</summary>
    public int Rest { get; }

    private bool IsFolded => together > 1;

    /// <summary>Rows as they are.</summary>
    /// <param name="rows">How many there are.</param>
    /// <param name="channels">Their channels.</param>
    public static RowFold None(int rows, int channels) => new(rows, channels, together: 1);

    /// <summary>Rows that are folded where that pays.</summary>
    /// <param name="rows">How many there are.</param>
    /// <param name="channels">Their channels.</param>
    /// <param name="strides">Floats from row to row of each tensor; of dense rows, as many as channels.</param>
    public static RowFold Of(int rows, int channels, params ReadOnlySpan<int> strides) =>
        new(rows, channels, strides.ContainsAnyExcept(channels) ? 1 : Together(rows, channels));

    /// <summary>Floats from one row to the next.</summary>
    /// <param name="stride">From one of the given rows to the next.</param>
    public int Stride(int stride) => together * stride;

    /// <summary>Floats of room in which so many vectors of the rows' channels stand, where the given ones do not serve.</summary>
    public int Room(int vectors) => IsFolded ? vectors * Channels : 0;

    /// <summary>A vector of the given channels for the rows' channels.</summary>
    /// <param name="vector">One value per given channel; or empty.</param>
    /// <param name="room">From what <see cref="Room"/> tells; what is left of it.</param>
    public ReadOnlySpan<float> Repeat(ReadOnlySpan<float> vector, ref Span<float> room)
    {
        if (!IsFolded || vector.IsEmpty)
            return vector;
        var own = room[..Channels];
        room = room[Channels..];
        vector.CopyTo(own);
        for (var filled = vector.Length; filled < own.Length; filled *= 2)
            own[..filled].CopyTo(own[filled..]);
        return own;
    }

    /// <summary>What receives sums of the rows' channels, set to zero.</summary>
    /// <param name="sums">What receives those of the given channels, one vector behind the other; or empty.</param>
    /// <param name="room">From what <see cref="Room"/> tells; what is left of it.</param>
    public Span<float> Sums(Span<float> sums, ref Span<float> room)
    {
        var own = sums;
        if (IsFolded)
        {
            own = room[..(together * sums.Length)];
            room = room[own.Length..];
        }
        own.Clear();
        return own;
    }

    /// <summary>Adds up these sums to those of the given channels.</summary>
    public void Add(ReadOnlySpan<float> own, Span<float> sums)
    {
        if (!IsFolded)
            return;
        var channels = Channels / together;
        for (var done = 0; done < sums.Length; done += channels)
            SumColumns.Run(own.Slice(together * done, Channels), sums.Slice(done, channels), channels, together);
    }

    /// <summary>Whether all rows consist of whole vectors, at addresses to which they can be written past the cache.</summary>
    /// <param name="target">The first.</param>
    /// <param name="stride">Floats from row to row.</param>
    public bool CanStream(float* target, nint stride) =>
        Channels % AlignedMemory.Line == 0 && Rest % AlignedMemory.Line == 0
        && stride % AlignedMemory.Line == 0 && (nint)target % (AlignedMemory.Line * sizeof(float)) == 0;

    private static int Together(int rows, int channels)
    {
        if (channels >= Strip)
            return 1;
        // As many as make up a multiple of the strip; both are powers of two.
        var together = Strip / (channels & -channels);
        return together * channels <= MostChannels && rows >= FewestRows * together ? together : 1;
    }
}
