using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// The columns of a layer's weight under a reparameterization: v as it is trained, vectors of the columns, and
/// W = (v - mean) scale. Backward dv = scale dW + slope (v - mean) + offset, in place of dW.
/// </summary>
sealed record WeightColumns(PlanBuffer Source, PlanBuffer Vectors, PlanBuffer Gradient)
{
    /// <summary>The vectors of some columns.</summary>
    public NormalizationVectors VectorsOf(int column, int columns, PlanRun run) => new(run[Vectors], Vectors.Stride, column, columns);

    /// <summary>Mean and sum of squared deviations of some columns of v.</summary>
    public void Moments(int column, PlanRun run, Span<double> mean, Span<double> squares) =>
        Kernels.Moments.OfColumns(run[Source][column..], Source.Stride, Source.Positions, mean, squares);

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
}
