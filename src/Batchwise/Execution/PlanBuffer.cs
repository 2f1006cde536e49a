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
        : this(name, source.Region, positions, channels, stride, source.PerSample) => Root = source.Root;

    public string Name { get; }

    public BufferRegion Region { get; }

    /// <summary>Positions of one sample, or of the whole buffer where it is not per sample.</summary>
    public int Positions { get; }

    public int Channels { get; }

    /// <summary>Floats from one position to the next.</summary>
    public int Stride { get; }

    /// <summary>Whether there is one for each sample of a batch.</summary>
    public bool PerSample { get; }

    /// <summary>The buffer whose memory this one views: itself, unless it is a view.</summary>
    public PlanBuffer Root { get; }

    /// <summary>Its first float in its region; given by the memory plan.</summary>
    public long Offset
    {
        get => Root == this ? field : Root.Offset;
        set;
    }

    /// <summary>Whether positions follow each other without a gap.</summary>
    public bool IsDense => Stride == Channels;

    /// <summary>Rows of channels for a batch.</summary>
    public int Rows(int count) => PerSample ? count * Positions : Positions;

    /// <summary>Floats for a batch, to the end of its last row's stride.</summary>
    public int Length(int count) => checked(Rows(count) * Stride);

    public override string ToString() => Name;
}
