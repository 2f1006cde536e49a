namespace Batchwise.Kernels;

/// <summary>
/// What a normalization leaves per channel for the affine step and for backward, each a vector of float32:
/// y = f((x - mean) scale + shift).
/// </summary>
/// <remarks>
/// With xHat = (x - center) factor + offset and gamma, beta: mean = (float)center, residual = center - mean, scale =
/// gamma factor, shift = beta + gamma offset - residual scale, all computed in float64. So the subtraction happens before
/// anything is rounded, and a mean of 1e4 with a deviation of 1e-2 costs no accuracy; x scale + shift' would.
/// </remarks>
internal readonly ref struct NormalizationVectors
{
    /// <summary>How many vectors a buffer for them needs.</summary>
    public const int Count = 3;

    private readonly Span<float> all;
    private readonly int stride;
    private readonly int column;
    private readonly int columns;

    /// <summary>The vectors of a range of channels.</summary>
    /// <param name="all">Three rows of <paramref name="stride"/> floats.</param>
    /// <param name="stride">Floats from vector to vector.</param>
    /// <param name="column">The first channel.</param>
    /// <param name="columns">How many channels.</param>
    public NormalizationVectors(Span<float> all, int stride, int column, int columns)
    {
        this.all = all;
        this.stride = stride;
        this.column = column;
        this.columns = columns;
    }

    public Span<float> Mean => Vector(0);

    public Span<float> Scale => Vector(1);

    public Span<float> Shift => Vector(2);

    /// <summary>Computes one channel's values.</summary>
    /// <param name="channel">Which of the range.</param>
    /// <param name="center">What is subtracted, exactly.</param>
    /// <param name="factor">What the rest is multiplied by.</param>
    /// <param name="offset">What is added then.</param>
    /// <param name="gamma">The scale.</param>
    /// <param name="beta">The shift.</param>
    public void Set(int channel, double center, double factor, double offset, float gamma, float beta)
    {
        var rounded = (float)center;
        var scale = (float)(gamma * factor);
        Mean[channel] = rounded;
        Scale[channel] = scale;
        Shift[channel] = (float)(beta + gamma * offset - (center - rounded) * scale);
    }

    /// <summary>Computes the values of all channels, of which neighbours have statistics in common.</summary>
    /// <param name="statistics">Of each group, <see cref="RunStatistics.Length"/> floats.</param>
    /// <param name="gamma">The scales.</param>
    /// <param name="beta">The shifts.</param>
    public unsafe void SetGroups(ReadOnlySpan<float> statistics, ReadOnlySpan<float> gamma, ReadOnlySpan<float> beta)
    {
        var groups = statistics.Length / RunStatistics.Length;
        if (gamma.Length != columns || beta.Length != columns || columns % groups != 0)
            throw new ArgumentException("Gamma and beta have one value per channel, and all groups as many channels.");
        var perGroup = columns / groups;
        fixed (float* mean = Mean, scale = Scale, shift = Shift, pg = gamma, pb = beta)
        {
            for (var c = 0; c < columns;)
            {
                var own = RunStatistics.Read(statistics[(c / perGroup * RunStatistics.Length)..]);
                for (var end = c + perGroup; c < end; c++)
                {
                    mean[c] = own.Mean;
                    scale[c] = pg[c] * own.InvStd;
                    shift[c] = float.MultiplyAddEstimate(pg[c], own.Offset, pb[c]);
                }
            }
        }
    }

    private Span<float> Vector(int index) => all.Slice(index * stride + column, columns);
}
