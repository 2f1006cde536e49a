namespace Batchwise;

/// <summary>Where a buffer's memory lies.</summary>
enum BufferRegion
{
    /// <summary>The plan's arena, shared by buffers whose lives do not overlap.</summary>
    Arena,

    /// <summary>The parameters of the state that the plan is bound to.</summary>
    Parameters,

    /// <summary>The gradients of the parameters, laid out as these.</summary>
    Gradients,

    /// <summary>Memory of its own, which plans share and only read.</summary>
    Constant,
}

/// <summary>
/// A tensor of a plan: rows of channels. A vector per sample is one position of C channels; a map is height x width
/// positions. Consecutive positions lie <see cref="Stride"/> floats apart.
/// </summary>
sealed class PlanBuffer
{
    public PlanBuffer(string name, BufferRegion region, int positions, int channels, int stride, bool perSample)
    {
        Name = name;
        Region = region;
        Positions = positions;
        Channels = channels;
        Stride = stride;
        PerSample = perSample;
        Root = this;
    }

    /// <summary>Another view of the same memory: the same floats per sample, cut into other positions and channels.</summary>
    public PlanBuffer(string name, PlanBuffer source, int positions, int channels, int stride)
        : this(name, source.Region, positions, channels, stride, source.PerSample) => (Root, Start) = (source.Root, source.Start);

    /// <summary>Values that no run changes, in memory of their own.</summary>
    public PlanBuffer(string name, AlignedMemory constant)
        : this(name, BufferRegion.Constant, 1, checked((int)constant.Length), checked((int)constant.Length), perSample: false) =>
            Constant = constant;

    /// <summary>Some channels of a buffer: rows as far apart as its own.</summary>
    public PlanBuffer(string name, PlanBuffer source, int firstChannel, int channels)
        : this(name, source.Region, source.Positions, channels, source.Stride, source.PerSample) =>
        (Root, Start, IsSlice) = (source.Root, source.Start + firstChannel, true);

    public string Name { get; }

    public BufferRegion Region { get; }

    /// <summary>Positions of one sample, or of the whole buffer where it is not per sample.</summary>
    public int Positions { get; }

    public int Channels { get; }

    /// <summary>Floats from one position to the next.</summary>
    public int Stride { get; }

    /// <summary>Whether there is one for each sample of a batch.</summary>
    public bool PerSample { get; }

    /// <summary>The memory of values that no run changes; null for buffers of a region that plans lay out.</summary>
    public AlignedMemory? Constant { get; }

    /// <summary>The buffer whose memory this one views: itself, unless it is a view.</summary>
    public PlanBuffer Root { get; }

    /// <summary>Where it begins in the rows of <see cref="Root"/>.</summary>
    public int Start { get; }

    /// <summary>Whether it is some channels of another buffer, whose others belong to somebody else.</summary>
    public bool IsSlice { get; }

    /// <summary>Its first float in its region; given by the memory plan.</summary>
    public long Offset
    {
        get => Root == this ? field : Root.Offset + Start;
        set;
    }

    /// <summary>Whether positions follow each other without a gap.</summary>
    public bool IsDense => Stride == Channels;

    /// <summary>Rows of channels for a batch.</summary>
    public int Rows(int count) => PerSample ? count * Positions : Positions;

    /// <summary>Values for a batch, without what lies between rows.</summary>
    public long Values(int count) => (long)Rows(count) * Channels;

    /// <summary>Floats for a batch: to the end of its last row's stride, or, of a slice, of its own part of it.</summary>
    public int Length(int count) => checked((int)LongLength(count));

    /// <summary>The same for a batch that may be too large to be run.</summary>
    public long LongLength(int count)
    {
        var rows = PerSample ? (long)count * Positions : Positions;
        return IsSlice ? (rows - 1) * Stride + Channels : rows * Stride;
    }

    /// <summary>Whether all of the other's rows are part of its own.</summary>
    public bool Covers(PlanBuffer other) =>
        Root == other.Root && Stride == other.Stride && Positions == other.Positions && Start <= other.Start && other.Start + other.Channels <= Start + Channels;

    /// <summary>Whether both have memory in common.</summary>
    public bool Overlaps(PlanBuffer other) =>
        Root == other.Root && !(IsSlice && other.IsSlice && (Start + Channels <= other.Start || other.Start + other.Channels <= Start));

    public override string ToString() => Name;
}
