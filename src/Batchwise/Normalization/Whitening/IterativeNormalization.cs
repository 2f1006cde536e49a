using Batchwise.Kernels;
using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// Batch whitening by Newton's iteration (IterNorm): as <see cref="ZcaWhitening"/>, with (Sigma + epsilon I)^(-1/2)
/// approximated by a few steps from the identity, of the covariance divided by its trace. Directions of little variance
/// are whitened less, and estimated from a batch with less noise; with more iterations it approaches ZCA.
/// </summary>
/// <remarks>
/// <para>With S = (Sigma + epsilon I) / trace: P = I, then <see cref="Iterations"/> times P = (3 P - P^3 S) / 2; the matrix
/// is P / sqrt(trace). Computed as two coupled sequences, Y = P S and P, which are the same but do not let rounding grow
/// (Higham, Functions of Matrices, section 6.3). The gradient goes through the iterations.</para>
/// <para>Inference applies the same iterations to the stored covariance, so it is a fixed affine map, and folds.</para>
/// <para>Shapes, parameters, statistics, errors: see <see cref="Whitening"/>.</para>
/// <para>Paper: Huang et al., Iterative Normalization, arXiv 1904.03441, algorithm 1.</para>
/// </remarks>
public sealed record IterativeNormalization : Whitening
{
    /// <summary>By then every covariance that float32 data can have has converged.</summary>
    private const int MostIterations = 30;

    /// <summary>Newton's steps, 1 to 30. Default: 5, the paper's.</summary>
    public int Iterations { get; init; } = 5;

    /// <inheritdoc/>
    public override string Kind => "iterativeNormalization";

    /// <inheritdoc/>
    public override LayerAttributes Attributes => base.Attributes.With("iterations", Iterations);

    /// <inheritdoc/>
    public override Shape OutputShape(ReadOnlySpan<Shape> inputs) => Iterations is >= 1 and <= MostIterations
        ? base.OutputShape(inputs)
        : throw new ArgumentException(Invariant($"Iterative normalization takes 1 to {MostIterations} iterations, not {Iterations}: 5 is usual, and more approach ZcaWhitening."));

    // Kept: (Y, P) before each step, then P behind the last, then the trace.
    internal override int KeptLength => (2 * Iterations + 1) * GroupMatrix.Length + 1;

    internal override void InverseRoot(ReadOnlySpan<double> covariance, int size, Span<double> matrix, Span<double> kept)
    {
        var trace = 0.0;
        for (var i = 0; i < size; i++)
            trace += covariance[i * GroupMatrix.Width + i] + Epsilon;
        kept[^1] = trace;
        var y = Matrix(kept, 0);
        var p = Matrix(kept, 1);
        p.Clear();
        for (var i = 0; i < GroupMatrix.Length; i++)
            y[i] = covariance[i] / trace;
        for (var i = 0; i < size; i++)
        {
            y[i * GroupMatrix.Width + i] += Epsilon / trace;
            p[i * GroupMatrix.Width + i] = 1;
        }
        Span<double> factor = stackalloc double[GroupMatrix.Length];
        factor.Clear();
        for (var step = 0; step < Iterations; step++)
        {
            y = Matrix(kept, 2 * step);
            p = Matrix(kept, 2 * step + 1);
            Factor(y, p, factor, size);
            var last = step == Iterations - 1;
            GroupMatrix.Multiply(factor, p, Matrix(kept, last ? 2 * step + 2 : 2 * step + 3), size);
            if (!last)
                GroupMatrix.Multiply(y, factor, Matrix(kept, 2 * step + 2), size);
        }
        var result = Matrix(kept, 2 * Iterations);
        var scale = 1 / Math.Sqrt(trace);
        for (var i = 0; i < GroupMatrix.Length; i++)
            matrix[i] = result[i] * scale;
    }

    internal override void InverseRootGradient(ReadOnlySpan<double> kept, int size, Span<double> gradient)
    {
        var trace = kept[^1];
        var scale = 1 / Math.Sqrt(trace);
        // Of the last factor 1 / sqrt(trace).
        var dTrace = -0.5 * scale / trace * GroupMatrix.Dot(gradient, Matrix(kept, 2 * Iterations));
        Span<double> dp = stackalloc double[GroupMatrix.Length];
        Span<double> dy = stackalloc double[GroupMatrix.Length];
        Span<double> factor = stackalloc double[GroupMatrix.Length];
        Span<double> dFactor = stackalloc double[GroupMatrix.Length];
        Span<double> term = stackalloc double[GroupMatrix.Length];
        factor.Clear();
        dFactor.Clear();
        term.Clear();
        dy.Clear();
        for (var i = 0; i < GroupMatrix.Length; i++)
            dp[i] = gradient[i] * scale;
        for (var step = Iterations - 1; step >= 0; step--)
        {
            // Forward was F = (3 I - P Y) / 2, Y' = Y F, P' = F P; all of them are symmetric.
            var y = Matrix(kept, 2 * step);
            var p = Matrix(kept, 2 * step + 1);
            Factor(y, p, factor, size);
            GroupMatrix.Multiply(y, dy, dFactor, size);
            Accumulate(dp, p, dFactor, 1, term, size);
            GroupMatrix.Multiply(dy, factor, term, size);
            term.CopyTo(dy);
            GroupMatrix.Multiply(factor, dp, term, size);
            term.CopyTo(dp);
            Accumulate(p, dFactor, dy, -0.5, term, size);
            Accumulate(dFactor, y, dp, -0.5, term, size);
        }
        // Y began as S = (Sigma + epsilon I) / trace, P as a constant.
        dTrace -= GroupMatrix.Dot(dy, Matrix(kept, 0)) / trace;
        for (var i = 0; i < GroupMatrix.Length; i++)
            gradient[i] = dy[i] / trace;
        for (var i = 0; i < size; i++)
            gradient[i * GroupMatrix.Width + i] += dTrace;
        GroupMatrix.Symmetrize(gradient);
    }

    internal static IterativeNormalization Read(LayerAttributes attributes) =>
        WithGroups(new IterativeNormalization { Iterations = attributes.Integer("iterations") }, attributes);

    /// <summary>F = (3 I - P Y) / 2.</summary>
    private static void Factor(ReadOnlySpan<double> y, ReadOnlySpan<double> p, Span<double> factor, int size)
    {
        GroupMatrix.Multiply(p, y, factor, size);
        foreach (ref var value in factor)
            value *= -0.5;
        for (var i = 0; i < size; i++)
            factor[i * GroupMatrix.Width + i] += 1.5;
    }

    /// <summary>sum += weight a b.</summary>
    private static void Accumulate(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> sum, double weight, Span<double> term, int size)
    {
        GroupMatrix.Multiply(a, b, term, size);
        for (var i = 0; i < GroupMatrix.Length; i++)
            sum[i] += weight * term[i];
    }

    private static Span<double> Matrix(Span<double> kept, int index) => kept.Slice(index * GroupMatrix.Length, GroupMatrix.Length);

    private static ReadOnlySpan<double> Matrix(ReadOnlySpan<double> kept, int index) => kept.Slice(index * GroupMatrix.Length, GroupMatrix.Length);
}
