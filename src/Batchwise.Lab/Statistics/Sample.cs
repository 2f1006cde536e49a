namespace Batchwise.Lab;

/// <summary>Mean, deviation and median of a few numbers.</summary>
static class Sample
{
    /// <summary>The mean.</summary>
    public static double Mean(IReadOnlyCollection<double> values) => values.Count > 0
        ? values.Sum() / values.Count
        : throw new ArgumentException("The mean of no values is not defined.", nameof(values));

    /// <summary>The deviation of the population that the values are a sample of: divided by n - 1.</summary>
    public static double Deviation(IReadOnlyCollection<double> values)
    {
        if (values.Count < 2)
            throw new ArgumentException($"A deviation needs at least 2 values, not {values.Count}.", nameof(values));
        var mean = Mean(values);
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
    }

    /// <summary>The middle one, or the mean of the two in the middle. An infinite value, which stands for "more than was looked at", counts as the largest.</summary>
    public static double Median(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0)
            throw new ArgumentException("The median of no values is not defined.", nameof(values));
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
