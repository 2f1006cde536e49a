namespace Batchwise.Kernels;

/// <summary>
/// What a normalization leaves per channel for the affine step and for backward, each a vector of float32:
/// y = f((x - mean) scale + shift).
/// </summary>
/// <remarks>
/// With the exact mean mu and gamma, beta: mean = (float)mu, residual = mu - mean, scale = gamma invStd,
/// shift = beta - residual scale, all computed in float64. So the subtraction happens before anything is rounded, and a
/// mean of 1e4 with a deviation of 1e-2 costs no accuracy; x scale + shift' would.
/// </remarks>
internal readonly ref struct NormalizationVectors
{
    /// <summary>How many vectors a buffer for them needs.</summary>
    public const int Count = 5;

    private readonly Span<float> all;
    private readonly int stride;
    private readonly int column;
    private readonly int columns;

    /// <summary>The vectors of a range of channels.</summary>
    /// <param name="all">Five rows of <paramref name="stride"/> floats.</param>
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

    public Span<float> InvStd => Vector(3);

    public Span<float> Residual => Vector(4);

    /// <summary>Computes all vectors.</summary>
    /// <param name="mean">The exact means.</param>
    /// <param name="variance">The variances to normalize by.</param>
    /// <param name="gamma">The scales; empty for 1.</param>
    /// <param name="beta">The shifts; empty for 0.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public void Set(ReadOnlySpan<double> mean, ReadOnlySpan<double> variance, ReadOnlySpan<float> gamma, ReadOnlySpan<float> beta, double epsilon)
    {
        for (var c = 0; c < columns; c++)
        {
            var invStd = 1 / Math.Sqrt(variance[c] + epsilon);
            var rounded = (float)mean[c];
            var residual = mean[c] - rounded;
            var scale = (float)((gamma.IsEmpty ? 1 : gamma[c]) * invStd);
            Mean[c] = rounded;
            Scale[c] = scale;
            Shift[c] = (float)((beta.IsEmpty ? 0 : beta[c]) - residual * scale);
            InvStd[c] = (float)invStd;
            Residual[c] = (float)residual;
        }
    }

    private Span<float> Vector(int index) => all.Slice(index * stride + column, columns);
}
