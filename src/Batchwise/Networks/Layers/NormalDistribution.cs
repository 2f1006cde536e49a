namespace Batchwise;

/// <summary>The standard normal distribution in float64.</summary>
static class NormalDistribution
{
    private const double Tail = 3;
    private const int Terms = 60;

    /// <summary>The density, exp(-x^2 / 2) / sqrt(2 pi).</summary>
    public static double Density(double x) => Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);

    /// <summary>The probability of at most x, to 1e-15; in the lower tail to 1e-12 of itself.</summary>
    public static double Cumulative(double x) => x switch
    {
        < -Tail => UpperTail(-x),
        > Tail => 1 - UpperTail(x),
        _ => 0.5 + Density(x) * Series(x),
    };

    // x + x^3 / 3 + x^5 / (3 5) + ...: sixty terms are more than enough up to 3.
    private static double Series(double x)
    {
        var (sum, term) = (x, x);
        for (var n = 1; n <= Terms; n++)
        {
            term *= x * x / (2 * n + 1);
            sum += term;
        }
        return sum;
    }

    // The density over x + 1 / (x + 2 / (x + 3 / ...)), which converges the faster the larger x is.
    private static double UpperTail(double x)
    {
        var fraction = 0.0;
        for (var n = Terms; n > 0; n--)
            fraction = n / (x + fraction);
        return Density(x) / (x + fraction);
    }
}
