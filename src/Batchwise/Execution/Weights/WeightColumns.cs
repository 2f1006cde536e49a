using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// The columns of a layer's weight under a reparameterization: v as it is trained, vectors of the columns, and
/// W = (v - mean) scale. Backward dv = scale dW + slope (v - mean) + offset, in place of dW.
/// </summary>
sealed record WeightColumns(PlanBuffer Source, PlanBuffer Vectors, PlanBuffer Gradient)
{
    /// <summary>What is subtracted from each column, exactly; left by the forward step for the backward one.</summary>
    public double[] Centers { get; } = new double[Source.Channels];

    /// <summary>One over what each column is divided by, likewise.</summary>
    public double[] Inverses { get; } = new double[Source.Channels];

    /// <summary>The vectors of some columns.</summary>
    public NormalizationVectors VectorsOf(int column, int columns, PlanRun run) => new(run[Vectors], Vectors.Stride, column, columns);

    /// <summary>Mean and sum of squared deviations of some columns of v.</summary>
    public void Moments(int column, PlanRun run, Span<double> mean, Span<double> squares) =>
        Kernels.Moments.OfColumns(run[Source][column..], Source.Stride, Source.Positions, mean, squares);

    /// <summary>Notes what a column is normalized by.</summary>
    /// <param name="column">The first column of the block.</param>
    /// <param name="place">Which of the block.</param>
    /// <param name="center">What is subtracted.</param>
    /// <param name="inverse">What the rest is multiplied by.</param>
    /// <param name="gain">What the result is multiplied by.</param>
    /// <param name="vectors">The block's vectors.</param>
    public void Set(int column, int place, double center, double inverse, float gain, in NormalizationVectors vectors)
    {
        Centers[column + place] = center;
        Inverses[column + place] = inverse;
        vectors.Set(place, center, inverse, 0, gain, 0);
    }

    /// <summary>The effective weight's columns, from their vectors.</summary>
    public void Scale(PlanBuffer weight, int column, int columns, PlanRun run) => NormalizeColumns.Forward(
        run[Source][column..], VectorsOf(column, columns, run), run[weight][column..], Source.Stride, Source.Positions, columns, ActivationFunction.Identity);

    /// <summary>sum(dW) and sum(dW (v - mean)) of some columns.</summary>
    public void Reduce(int column, PlanRun run, Span<double> sums, Span<double> products)
    {
        var v = run[Source][column..];
        NormalizeColumns.Reduce(
            v, v, run[Gradient][column..], VectorsOf(column, sums.Length, run), sums, products, Source.Stride, Source.Positions, sums.Length, ActivationFunction.Identity);
    }

    /// <summary>dv in place of dW.</summary>
    public void Correct(int column, PlanRun run, ReadOnlySpan<float> slope, ReadOnlySpan<float> offset)
    {
        var gradient = run[Gradient];
        var columns = slope.Length;
        var vectors = VectorsOf(column, columns, run);
        NormalizeColumns.Correct(
            run[Source][column..], gradient[column..], vectors.Mean, vectors.Scale, slope, offset, Source.Stride, Source.Positions, columns);
    }
}
