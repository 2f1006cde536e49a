namespace Batchwise;

/// <summary>W = (w - mean) / sqrt(biased variance + epsilon), a block of columns.</summary>
sealed class StandardizeWeight(WeightColumns columnsOf, double epsilon, PlanBuffer weight)
    : ColumnOperation("weight standardization", [columnsOf.Source], [columnsOf.Vectors, weight])
{
    public override void Run(int column, int columns, PlanRun run)
    {
        Span<double> mean = stackalloc double[columns];
        Span<double> variance = stackalloc double[columns];
        columnsOf.Moments(column, run, mean, variance);
        var vectors = columnsOf.VectorsOf(column, columns, run);
        for (var c = 0; c < columns; c++)
            columnsOf.Set(column, c, mean[c], 1 / Math.Sqrt(variance[c] / columnsOf.Source.Positions + epsilon), 1, vectors);
        columnsOf.Scale(weight, column, columns, run);
    }
}

/// <summary>dw = invStd (dW - mean(dW) - z mean(dW z)) with z = (w - mean) invStd, a block of columns.</summary>
sealed class StandardizeWeightBackward(WeightColumns columnsOf)
    : ColumnOperation("weight standardization backward", [columnsOf.Source, columnsOf.Vectors, columnsOf.Gradient], [columnsOf.Gradient])
{
    public override void Run(int column, int columns, PlanRun run)
    {
        Span<double> sums = stackalloc double[columns];
        Span<double> products = stackalloc double[columns];
        columnsOf.Reduce(column, run, sums, products);
        var vectors = columnsOf.VectorsOf(column, columns, run);
        Span<float> slope = stackalloc float[columns];
        Span<float> offset = stackalloc float[columns];
        var rows = columnsOf.Source.Positions;
        for (var c = 0; c < columns; c++)
        {
            // The mean was rounded: what that left is taken out of x - mean here.
            var (invStd, residual) = (columnsOf.Inverses[column + c], columnsOf.Centers[column + c] - vectors.Mean[c]);
            var correction = -invStd * invStd * invStd * (products[c] - residual * sums[c]) / rows;
            slope[c] = (float)correction;
            offset[c] = (float)(-invStd * sums[c] / rows - correction * residual);
        }
        columnsOf.Correct(column, run, slope, offset);
    }
}
