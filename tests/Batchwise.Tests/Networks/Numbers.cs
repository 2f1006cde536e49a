namespace Batchwise.Tests.Networks;

/// <summary>Reproducible numbers for tests, and how far two tensors are apart.</summary>
internal static class Numbers
{
    /// <summary>Normal values, fixed by the stream.</summary>
    public static double[] Normal(int length, ulong stream, double mean = 0, double deviation = 1)
    {
        var random = new Philox(seed: 20150302, RandomPurpose.Experiment, stream);
        var values = new double[length];
        foreach (ref var value in values.AsSpan())
            value = mean + deviation * random.NextNormal();
        return values;
    }

    public static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        Assert.Equal(left.Length, right.Length);
        var sum = 0.0;
        for (var i = 0; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
    }

    public static double Norm(ReadOnlySpan<double> values) => Math.Sqrt(Dot(values, values));

    public static double Largest(ReadOnlySpan<double> values)
    {
        var largest = 0.0;
        foreach (var value in values)
            largest = Math.Max(largest, Math.Abs(value));
        return largest;
    }

    /// <summary>The largest difference, in units of the largest expected value. NaN anywhere gives NaN.</summary>
    public static double RelativeError(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var difference = 0.0;
        for (var i = 0; i < expected.Length; i++)
            difference = Math.Max(difference, Math.Abs(actual[i] - expected[i]));
        return difference == 0 ? 0 : difference / Largest(expected);
    }

    /// <summary>Fails unless <see cref="RelativeError"/> is within the bound; NaN is never within it.</summary>
    public static void AssertClose(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double bound, string what = "The values")
    {
        var error = RelativeError(expected, actual);
        Assert.True(error <= bound, FormattableString.Invariant($"{what}: relative error {error:E2}, allowed {bound:E2}."));
    }
}
