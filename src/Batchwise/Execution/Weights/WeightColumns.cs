using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// The columns of a layer's weight under a reparameterization: v as it is trained, vectors of the columns, and
/// W = (v - mean) scale. Backward dv = scale dW + slope (v - mean) + offset, in place of dW.
/// </summary>
sealed record WeightColumns(PlanBuffer Source, PlanBuffer Vectors, PlanBuffer Gradient)
{
    // Behind the vectors of the kernels: one over what a column is divided by, and what rounding took from its center.
    private const int Inverse = NormalizationVectors.Count;
    private const int Residual = Inverse + 1;

    /// <summary>How many vectors the buffer for them has.</summary>
    public const int VectorCount = Residual + 1;

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
    /// <param name="run">The batch.</param>
    public void Set(int column, int place, double center, double inverse, float gain, PlanRun run)
    {
        var vectors = VectorsOf(column, place + 1, run);
        vectors.Set(place, center, inverse, 0, gain, 0);
        Vector(Inverse, column, run)[place] = (float)inverse;
        Vector(Residual, column, run)[place] = (float)(center - vectors.Mean[place]);
    }

    /// <summary>One over what the columns from a place on are divided by.</summary>
    public Span<float> Inverses(int column, PlanRun run) => Vector(Inverse, column, run);

    /// <summary>What rounding took from the centers of the columns from a place on.</summary>
    public Span<float> Residuals(int column, PlanRun run) => Vector(Residual, column, run);

    /// <summary>The effective weight's columns, from their vectors.</summary>
    public void Scale(PlanBuffer weight, int column, int columns, PlanRun run) => NormalizeColumns.Forward(
        run[Source][column..], VectorsOf(column, columns, run), run[weight][column..], Source.Stride, Source.Positions, columns, ActivationFunction.Identity);

    /// <summary>sum(dW) and sum(dW (v - mean)) of some columns.</summary>
    public void Reduce(int column, PlanRun run, Span<double> sums, Span<double> products)
    {
        var v = run[Source][column..];
        NormalizeColumns.Reduce(
            v, v, run[Gradient][column..], VectorsOf(column, sums.Length, run).Mean, sums, products, Source.Stride, Source.Positions, sums.Length, ActivationFunction.Identity);
    }

    /// <summary>dv in place of dW; fails the run unless it is finite.</summary>
    public void Correct(int column, PlanRun run, ReadOnlySpan<float> slope, ReadOnlySpan<float> offset)
    {
        var gradient = run[Gradient];
        var columns = slope.Length;
        var vectors = VectorsOf(column, columns, run);
        NormalizeColumns.Correct(
            run[Source][column..], gradient[column..], vectors.Mean, vectors.Scale, slope, offset, Source.Stride, Source.Positions, columns);
        for (var row = 0; row < Source.Positions; row++)
            run.RequireFinite(gradient.Slice(row * Source.Stride + column, columns));
    }

    private Span<float> Vector(int index, int column, PlanRun run) => run[Vectors].Slice(index * Vectors.Stride + column, Vectors.Channels - column);
}
