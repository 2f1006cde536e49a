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
        foreach (ref var value in variance)
            value /= columnsOf.Source.Positions;
        columnsOf.VectorsOf(column, columns, run).Set(mean, variance, [], [], epsilon);
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
            double invStd = vectors.InvStd[c], residual = vectors.Residual[c];
            var correction = -invStd * invStd * invStd * (products[c] - residual * sums[c]) / rows;
            slope[c] = (float)correction;
            offset[c] = (float)(-invStd * sums[c] / rows - correction * residual);
        }
        columnsOf.Correct(column, run, slope, offset);
    }
}
