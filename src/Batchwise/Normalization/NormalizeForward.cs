using Batchwise.Kernels;

namespace Batchwise;

/// <summary>The buffers of one batch normalization on vectors and the function behind it.</summary>
sealed record NormalizationBuffers(
    Node Node, PlanBuffer X, PlanBuffer Y, PlanBuffer Vectors, PlanBuffer Gamma, PlanBuffer Beta, ActivationFunction Function)
{
    public BatchNormalization Layer => (BatchNormalization)Node.Layer;

    public NormalizationVectors VectorsOf(int column, int columns, PlanRun run) => new(run[Vectors], Vectors.Stride, column, columns);
}

/// <summary>Moments of a block of columns over the batch, then f((x - mean) scale + shift): all of Algorithm 1 in one task.</summary>
sealed class NormalizeForward(NormalizationBuffers buffers, StoredStatistics statistics, NetworkMode mode)
    : ColumnOperation(
        $"batch norm + {buffers.Function.Kind}", [buffers.X, buffers.Gamma, buffers.Beta], [buffers.Vectors, buffers.Y])
{
    public override void Run(int column, int columns, PlanRun run)
    {
        var x = run[buffers.X][column..];
        var rows = run.Rows(buffers.X);
        var vectors = buffers.VectorsOf(column, columns, run);
        var gamma = run[buffers.Gamma].Slice(column, columns);
        var beta = run[buffers.Beta].Slice(column, columns);
        var epsilon = buffers.Layer.Epsilon;
        if (buffers.Layer.UsesBatch(mode))
        {
            statistics.RequireEnough(run.Count, rows, buffers.Node.Shape);
            Span<double> mean = stackalloc double[columns];
            Span<double> variance = stackalloc double[columns];
            Moments.OfColumns(x, buffers.X.Stride, rows, mean, variance);
            if (!statistics.Stage(column, mean, variance, rows))
                run.Fail();
            foreach (ref var value in variance)
                value /= rows;
            vectors.Set(mean, variance, gamma, beta, epsilon);
        }
        else
        {
            var (mean, variance) = statistics.Choose(run.Source);
            vectors.Set(mean.AsSpan(column, columns), variance.AsSpan(column, columns), gamma, beta, epsilon);
        }
        NormalizeColumns.Forward(x, vectors, run[buffers.Y][column..], buffers.Y.Stride, rows, columns, buffers.Function);
    }
}
