namespace Batchwise;

/// <summary>W = g v / ||v||, a block of columns; of their squares, ||v||^2 is what deviates from the mean and the mean's own.</summary>
sealed class NormalizeWeight(WeightColumns columnsOf, PlanBuffer g, PlanBuffer weight)
    : ColumnOperation("weight normalization", [columnsOf.Source, g], [columnsOf.Vectors, weight])
{
    public override void Run(int column, int columns, PlanRun run)
    {
        Span<double> mean = stackalloc double[columns];
        Span<double> squares = stackalloc double[columns];
        columnsOf.Moments(column, run, mean, squares);
        for (var c = 0; c < columns; c++)
        {
            squares[c] += columnsOf.Source.Positions * mean[c] * mean[c];
            mean[c] = 0;
        }
        // Vectors for a mean of 0 and a deviation of ||v||.
        columnsOf.VectorsOf(column, columns, run).Set(mean, squares, run[g].Slice(column, columns), [], epsilon: 0);
        columnsOf.Scale(weight, column, columns, run);
    }
}

/// <summary>dg = dW . v / ||v|| and dv = g / ||v|| (dW - dg v / ||v||), a block of columns.</summary>
sealed class NormalizeWeightBackward(WeightColumns columnsOf, PlanBuffer dg)
    : ColumnOperation("weight normalization backward", [columnsOf.Source, columnsOf.Vectors, columnsOf.Gradient], [columnsOf.Gradient, dg])
{
    public override void Run(int column, int columns, PlanRun run)
    {
        Span<double> sums = stackalloc double[columns];
        Span<double> products = stackalloc double[columns];
        columnsOf.Reduce(column, run, sums, products);
        var vectors = columnsOf.VectorsOf(column, columns, run);
        var gradient = run[dg].Slice(column, columns);
        Span<float> slope = stackalloc float[columns];
        Span<float> offset = stackalloc float[columns];
        offset.Clear();
        for (var c = 0; c < columns; c++)
        {
            double inverse = vectors.InvStd[c];
            gradient[c] = (float)(products[c] * inverse);
            slope[c] = (float)(-vectors.Scale[c] * products[c] * inverse * inverse);
        }
        run.RequireFinite(gradient);
        columnsOf.Correct(column, run, slope, offset);
    }
}
