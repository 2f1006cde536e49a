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
        var vectors = columnsOf.VectorsOf(column, columns, run);
        for (var c = 0; c < columns; c++)
        {
            var norm = Math.Sqrt(squares[c] + columnsOf.Source.Positions * mean[c] * mean[c]);
            columnsOf.Set(column, c, 0, 1 / norm, run[g][column + c], vectors);
        }
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
            var inverse = columnsOf.Inverses[column + c];
            gradient[c] = (float)(products[c] * inverse);
            slope[c] = (float)(-vectors.Scale[c] * products[c] * inverse * inverse);
        }
        columnsOf.Correct(column, run, slope, offset);
    }
}
