namespace Batchwise.Tests.Training;

public class LearningRateScheduleTests
{
    [Fact]
    public void Constant_is_one() => Holds(LearningRateSchedule.Constant, (0, 1), (1_000_000, 1));

    [Fact]
    public void Step_changes_at_multiples() => Holds(LearningRateSchedule.Step(10, 0.1), (0, 1), (9, 1), (10, 0.1), (19, 0.1), (20, 0.01), (35, 0.001));

    [Fact]
    public void Exponential_changes_smoothly() => Holds(LearningRateSchedule.Exponential(10, 0.25), (0, 1), (5, 0.5), (10, 0.25), (20, 0.0625));

    [Fact]
    public void Cosine_falls_along_half_a_period_and_stays() =>
        Holds(LearningRateSchedule.Cosine(12), (0, 1), (4, 0.75), (6, 0.5), (8, 0.25), (12, 0), (13, 0), (1000, 0));

    [Fact]
    public void Cosine_ends_at_its_last_factor() => Holds(LearningRateSchedule.Cosine(12, last: 0.2), (0, 1), (6, 0.6), (12, 0.2), (99, 0.2));

    [Fact]
    public void A_warm_up_rises_to_one_and_then_the_schedule_begins() =>
        Holds(LearningRateSchedule.Cosine(12).WithWarmUp(4), (0, 0.25), (1, 0.5), (2, 0.75), (3, 1), (4, 1), (10, 0.5), (16, 0), (40, 0));

    [Fact]
    public void Warm_ups_stack_from_the_outside() => Holds(LearningRateSchedule.Constant.WithWarmUp(2).WithWarmUp(1), (0, 1), (1, 0.5), (2, 1), (3, 1));

    [Fact]
    public void What_is_no_schedule_is_refused()
    {
        static string Message(Func<LearningRateSchedule> make) => Assert.Throws<ArgumentOutOfRangeException>(make).Message;
        Assert.Contains("at least 1, not 0", Message(() => LearningRateSchedule.Step(0, 0.5)), StringComparison.Ordinal);
        Assert.Contains("a positive number, not 0", Message(() => LearningRateSchedule.Exponential(5, 0)), StringComparison.Ordinal);
        Assert.Contains("a positive number, not ", Message(() => LearningRateSchedule.Step(5, double.PositiveInfinity)), StringComparison.Ordinal);
        Assert.Contains("at least 1, not -3", Message(() => LearningRateSchedule.Cosine(-3)), StringComparison.Ordinal);
        Assert.Contains("0 or more, not -1", Message(() => LearningRateSchedule.Cosine(3, -1)), StringComparison.Ordinal);
        Assert.Contains("at least 1, not 0", Message(() => LearningRateSchedule.Constant.WithWarmUp(0)), StringComparison.Ordinal);
    }

    private static void Holds(LearningRateSchedule schedule, params (long Step, double Factor)[] values)
    {
        foreach (var (step, factor) in values)
            Assert.Equal(factor, schedule.Factor(step), 12);
    }
}
