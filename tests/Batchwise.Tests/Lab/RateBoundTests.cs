using Batchwise.Lab;

namespace Batchwise.Tests.Lab;

public class RateBoundTests
{
    private static readonly float[] Grid = [0.5f, 1, 2, 4];

    [Fact]
    public void Rates_within_the_grid_bound_on_both_sides()
    {
        var (plain, arm) = (Bound(1, 1, 1), Bound(2, 2, 2));
        var difference = arm.Against(plain, comparisons: 1);
        Assert.Equal(("2", "2", "2 [1, 4]"), (arm.Text, arm.Range, arm.Factor(plain, difference)));
        Assert.Equal(Verdict.Undecided, difference.Verdict);
    }

    [Fact]
    public void The_grids_upper_end_leaves_the_interval_open_above()
    {
        var (plain, arm) = (Bound(0.5f, 0.5f, 0.5f), Bound(4, 4, 4));
        var difference = arm.Against(plain, comparisons: 1);
        Assert.Equal((">= 4", ">= 8 [4, open]"), (arm.Text, arm.Factor(plain, difference)));
        Assert.Equal(Verdict.Better, difference.Verdict);
        Assert.Equal("<= 0.13 [0, 0.25]", plain.Factor(arm, plain.Against(arm, comparisons: 1)));
    }

    [Fact]
    public void No_rate_that_trains_leaves_it_open_below()
    {
        var (plain, arm) = (Bound(2, 2, 2), Bound(0, 0.5f, 0));
        var difference = arm.Against(plain, comparisons: 1);
        Assert.Equal(("none", "none to 0.5"), (arm.Text, arm.Range));
        Assert.StartsWith("<= 0.16 [0, ", arm.Factor(plain, difference), StringComparison.Ordinal);
        Assert.Equal(double.NegativeInfinity, difference.Low);
    }

    [Fact]
    public void One_seed_at_either_end_says_nothing_on_either_side()
    {
        var (plain, arm) = (Bound(1, 1, 1), Bound(4, 0, 1));
        Assert.EndsWith("[0, open]", arm.Factor(plain, arm.Against(plain, comparisons: 1)), StringComparison.Ordinal);
        Assert.Equal(Verdict.Undecided, arm.Against(plain, comparisons: 1).Verdict);
    }

    /// <summary>An arm whose seeds train up to these rates; 0 for none.</summary>
    private static RateBound Bound(params float[] largest) => new(Arms.BatchNorm,
        [.. Grid.Select(rate => new ArmOutcome(Arms.BatchNorm, new ArmSetting(rate), [.. largest.Select((most, seed) => Run(rate, (ulong)seed, rate <= most ? 0.95 : 0.5))], 1))]);

    private static RunResult Run(float rate, ulong seed, double accuracy) => new()
    {
        Spec = "",
        Arm = "batch-norm",
        Rate = rate,
        Seed = seed,
        Budget = 1,
        Steps = 1,
        Seconds = 1,
        SecondsInAll = 1,
        Chance = 0.1,
        Validation = accuracy,
        Points = [],
        Machine = "",
    };
}
