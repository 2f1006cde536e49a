using Batchwise.Kernels;

namespace Batchwise;

/// <summary>
/// The gradient of a normalization and the function behind it, a block of columns over the batch, or over each of its parts,
/// in place of the incoming gradient: g = dy f', then dx = scale g + slope (x - mean) + offset.
/// </summary>
sealed class NormalizeBackward(NormalizationBuffers buffers, PlanBuffer dy, PlanBuffer dGamma, PlanBuffer dBeta)
    : ColumnOperation(
        $"{buffers.Function.Kind} + {NormalizeForward.Describe(buffers.Layer)} backward",
        [buffers.X, buffers.Y, buffers.Vectors, buffers.Gamma, dy], [dy, dGamma, dBeta])
{
    public override void Run(int column, int columns, PlanRun run)
    {
        var gammaGradient = run[dGamma].Slice(column, columns);
        var betaGradient = run[dBeta].Slice(column, columns);
        Span<double> sums = stackalloc double[columns];
        Span<double> products = stackalloc double[columns];
        Span<float> slope = stackalloc float[columns];
        Span<float> offset = stackalloc float[columns];
        var rows = run.Rows(dy);
        for (var part = 0; part < buffers.Parts(rows); part++)
        {
            var (first, count) = buffers.PartOf(part, rows);
            var start = first * dy.Stride + column;
            var x = run[buffers.X][start..];
            var gradient = run[dy][start..];
            var vectors = buffers.VectorsOf(part, column, columns, run);
            NormalizeColumns.Reduce(
                x, run[buffers.Y][start..], gradient, vectors, sums, products, dy.Stride, count, columns, buffers.Function);
            BackwardFinish.Run(
                buffers.ChannelsOf(part, column, columns), run[buffers.Gamma].Slice(column, columns), sums, products, count,
                gammaGradient, betaGradient, slope, offset, accumulate: part > 0);
            NormalizeColumns.Correct(x, gradient, vectors.Mean, vectors.Scale, slope, offset, dy.Stride, count, columns);
        }
    }
}
