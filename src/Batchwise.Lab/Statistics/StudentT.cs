namespace Batchwise.Lab;

/// <summary>Student's t distribution.</summary>
static class StudentT
{
    // Lanczos' approximation of the gamma function, g = 7, 9 terms: about 15 digits.
    private static ReadOnlySpan<double> Lanczos =>
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
        12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    /// <summary>The probability of a value up to <paramref name="t"/>.</summary>
    public static double Probability(double t, double freedom)
    {
        // P(|T| > t) is the regularized incomplete beta function at freedom / (freedom + t^2).
        var tails = IncompleteBeta(freedom / 2, 0.5, freedom / (freedom + t * t));
        return t >= 0 ? 1 - tails / 2 : tails / 2;
    }

    /// <summary>The value below which a share of the distribution lies.</summary>
    /// <param name="probability">The share, in (0, 1).</param>
    /// <param name="freedom">The degrees of freedom, positive.</param>
    public static double Quantile(double probability, double freedom)
    {
        if (!(probability > 0 && probability < 1))
            throw new ArgumentOutOfRangeException(nameof(probability), FormattableString.Invariant($"A quantile's probability lies in (0, 1), {probability} does not."));
        if (!(freedom > 0))
            throw new ArgumentOutOfRangeException(nameof(freedom), FormattableString.Invariant($"Degrees of freedom are positive, {freedom} is not."));
        if (probability < 0.5)
            return -Quantile(1 - probability, freedom);
        var (low, high) = (0.0, 1.0);
        while (Probability(high, freedom) < probability)
            (low, high) = (high, high * 2);
        // Halved until the two are neighbours: nothing here is worth a faster method.
        for (var middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2)
            (low, high) = Probability(middle, freedom) < probability ? (middle, high) : (low, middle);
        return high;
    }

    private static double IncompleteBeta(double a, double b, double x)
    {
        if (x is <= 0 or >= 1)
            return x <= 0 ? 0 : 1;
        var front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + a * Math.Log(x) + b * Math.Log(1 - x));
        // The fraction converges fast below the distribution's bulk; above, the symmetric one does.
        return x < (a + 1) / (a + b + 2) ? front * Fraction(a, b, x) / a : 1 - front * Fraction(b, a, 1 - x) / b;
    }

    // The continued fraction of the incomplete beta function, by Lentz's method.
    private static double Fraction(double a, double b, double x)
    {
        const double tiny = 1e-300;
        static double Kept(double value) => Math.Abs(value) < tiny ? tiny : value;
        var (c, d) = (1.0, 1 / Kept(1 - (a + b) * x / (a + 1)));
        var result = d;
        for (var m = 1; m < 10_000; m++)
        {
            var even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            (c, d) = (Kept(1 + even / c), 1 / Kept(1 + even * d));
            result *= c * d;
            var odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            (c, d) = (Kept(1 + odd / c), 1 / Kept(1 + odd * d));
            result *= c * d;
            if (Math.Abs(c * d - 1) < 1e-15)
                break;
        }
        return result;
    }

    private static double LogGamma(double x)
    {
        if (x < 0.5)
            return Math.Log(Math.PI / Math.Sin(Math.PI * x)) - LogGamma(1 - x);
        x--;
        var sum = Lanczos[0];
        for (var i = 1; i < Lanczos.Length; i++)
            sum += Lanczos[i] / (x + i);
        var t = x + 7.5;
        return 0.5 * Math.Log(2 * Math.PI) + (x + 0.5) * Math.Log(t) - t + Math.Log(sum);
    }
}
