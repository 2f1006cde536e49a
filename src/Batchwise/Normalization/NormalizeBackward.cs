using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// The gradient of a batch normalization and the function behind it, a block of columns over the batch, in place of the
/// incoming gradient: g = dy f', then dx = scale (g - mean(g) - xHat mean(g xHat)), the paper's section 3 in closed form.
/// Frozen statistics leave out the two means.
/// </summary>
sealed class NormalizeBackward(NormalizationBuffers buffers, PlanBuffer dy, PlanBuffer dGamma, PlanBuffer dBeta)
    : ColumnOperation(
        $"{buffers.Function.Kind} + batch norm backward", [buffers.X, buffers.Y, buffers.Vectors, dy], [dy, dGamma, dBeta])
{
    public override void Run(int column, int columns, PlanRun run)
    {
        var x = run[buffers.X][column..];
        var gradient = run[dy][column..];
        var rows = run.Rows(dy);
        var vectors = buffers.VectorsOf(column, columns, run);
        Span<double> sums = stackalloc double[columns];
        Span<double> products = stackalloc double[columns];
        NormalizeColumns.Reduce(x, run[buffers.Y][column..], gradient, vectors.Mean, sums, products, dy.Stride, rows, columns, buffers.Function);

        var gammaGradient = run[dGamma].Slice(column, columns);
        var betaGradient = run[dBeta].Slice(column, columns);
        Span<float> slope = stackalloc float[columns];
        Span<float> offset = stackalloc float[columns];
        BackwardFinish.Run(vectors, sums, products, rows, !buffers.Layer.UseBatchStatistics, gammaGradient, betaGradient, slope, offset);
        run.RequireFinite(gammaGradient);
        run.RequireFinite(betaGradient);
        NormalizeColumns.Correct(x, gradient, vectors.Mean, vectors.Scale, slope, offset, dy.Stride, rows, columns);
    }
}
