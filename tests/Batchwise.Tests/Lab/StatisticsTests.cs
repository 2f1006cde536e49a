using Batchwise.Lab;

namespace Batchwise.Tests.Lab;

public sealed class StatisticsTests
{
    // Printed tables of Student's t, two-sided 5 %, 1 %, and those that Bonferroni asks for.
    [Theory]
    [InlineData(0.975, 1, 12.7062)]
    [InlineData(0.975, 4, 2.77645)]
    [InlineData(0.995, 4, 4.60409)]
    [InlineData(0.9975, 4, 5.59757)]
    [InlineData(0.975, 9, 2.26216)]
    [InlineData(0.95, 30, 1.69726)]
    [InlineData(0.975, 1000, 1.96234)]
    [InlineData(0.025, 4, -2.77645)]
    public void Quantiles_of_t_are_those_of_tables(double probability, double freedom, double expected) =>
        Assert.Equal(expected, StudentT.Quantile(probability, freedom), 1e-4);

    // With 1 degree of freedom t is Cauchy's: P = 1/2 + atan(t) / pi; with 2 it is 1/2 + t / (2 sqrt(2 + t^2)).
    [Theory]
    [InlineData(-3)]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(40)]
    public void Probabilities_of_t_have_their_closed_forms(double t)
    {
        Assert.Equal(0.5 + Math.Atan(t) / Math.PI, StudentT.Probability(t, 1), 1e-12);
        Assert.Equal(0.5 + t / (2 * Math.Sqrt(2 + t * t)), StudentT.Probability(t, 2), 1e-12);
    }

    [Fact]
    public void A_quantile_refuses_what_has_none()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.Quantile(1, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.Quantile(0.5, 0));
    }

    [Fact]
    public void Mean_deviation_and_median_by_hand()
    {
        // Squares of -3, -1, 1, 3 sum to 20; 20 / 3.
        Assert.Equal(5, Sample.Mean([2, 4, 6, 8]));
        Assert.Equal(Math.Sqrt(20.0 / 3), Sample.Deviation([2, 4, 6, 8]), 1e-15);
        Assert.Equal(5, Sample.Median([8, 2, 6, 4]));
        Assert.Equal(4, Sample.Median([double.PositiveInfinity, 4, 2]));
        Assert.Equal(double.PositiveInfinity, Sample.Median([double.PositiveInfinity, 4, 2, double.PositiveInfinity]));
        Assert.Throws<ArgumentException>(() => Sample.Deviation([1]));
    }

    [Fact]
    public void A_paired_difference_by_hand()
    {
        // Differences 1, 2, 3, 4, 5: mean 3, deviation sqrt(2.5), standard error sqrt(0.5) = 0.707107.
        double[] values = [11, 22, 33, 44, 55], baseline = [10, 20, 30, 40, 50];
        var one = PairedDifference.Of(values, baseline, comparisons: 1);
        Assert.Equal(3, one.Mean, 1e-12);
        Assert.Equal(3 - 2.776445 * 0.7071068, one.Low, 1e-5);
        Assert.Equal(3 + 2.776445 * 0.7071068, one.High, 1e-5);
        Assert.Equal(Verdict.Better, one.Verdict);

        // Bonferroni for 10 comparisons: 1 - 0.05 / 20 = 0.9975, t = 5.597568.
        var ten = PairedDifference.Of(values, baseline, comparisons: 10);
        Assert.Equal(3 - 5.597568 * 0.7071068, ten.Low, 1e-5);
        Assert.Equal(Verdict.Undecided, ten.Verdict);
        Assert.Equal(Verdict.Worse, PairedDifference.Of(baseline, values, comparisons: 1).Verdict);
    }

    [Fact]
    public void Pairs_need_the_same_seeds_and_two_of_them()
    {
        Assert.Equal("+0.0047 [-0.0000, +0.0093]", new PairedDifference(0.0047, -0.00002, 0.0093).Text());
        Assert.Equal("+0.005 [+0.000, +0.011]", new PairedDifference(0.0053, 0.00002, 0.0106).Text(decimals: 3));
        Assert.Equal("0.0000 [0.0000, 0.0000]", new PairedDifference(0, 0, 0).Text());
        Assert.Throws<ArgumentException>(() => PairedDifference.Of([1, 2], [1], 1));
        Assert.Throws<ArgumentException>(() => PairedDifference.Of([1], [1], 1));
    }
}
