namespace Batchwise.Tests.Execution;

/// <summary>Which steps may share a group, and so run at the same time.</summary>
public class ScheduleTests
{
    private static readonly PlanBuffer First = PlanBuilder.Fixed("first", 1, 4);

    private static readonly PlanBuffer Second = PlanBuilder.Fixed("second", 1, 4);

    [Fact]
    public void Steps_that_share_nothing_or_only_read_share_a_group()
    {
        Assert.Equal(1, Groups(new Fake([First], []), new Fake([First], [])));
        Assert.Equal(1, Groups(new Fake([First], [Second]), new Fake([First], [])));
        Assert.Equal(1, Groups(new Fake([], [First]), new Fake([], [Second])));
    }

    [Fact]
    public void A_read_waits_for_the_write_before_it() => Assert.Equal(2, Groups(new Fake([], [First]), new Fake([First], [])));

    [Fact]
    public void A_write_waits_for_the_read_before_it() => Assert.Equal(2, Groups(new Fake([First], []), new Fake([], [First])));

    [Fact]
    public void A_write_waits_for_the_write_before_it() => Assert.Equal(2, Groups(new Fake([], [First]), new Fake([], [First])));

    [Fact]
    public void A_part_of_a_buffer_counts_as_the_buffer()
    {
        var part = new PlanBuffer("part", First, 1, 2);
        Assert.Equal(2, Groups(new Fake([], [First]), new Fake([part], [])));
        Assert.Equal(1, Groups(new Fake([], [part]), new Fake([new PlanBuffer("rest", First, 3, 1)], [])));
    }

    [Fact]
    public void A_commit_waits_for_every_step_that_may_refuse_it()
    {
        Assert.Equal(2, Groups(new Fake([], []), new Fake([], [], commits: true)));
        Assert.Equal(1, Groups(new Fake([], [], commits: true), new Fake([], [], commits: true)));
    }

    [Fact]
    public void A_phase_waits_for_the_phase_before_it() => Assert.Equal(3, Groups(new Fake([], [], phases: 3)));

    private static int Groups(params Step[] steps) => new Schedule(steps).Groups;

    private sealed class Fake(PlanBuffer[] reads, PlanBuffer[] writes, bool commits = false, int phases = 1) : Step("fake", "test", [.. reads], [.. writes])
    {
        public override bool Commits => commits;

        public override int Phases => phases;

        public override int Tasks(int phase, int count) => 1;

        public override void Run(int phase, int task, PlanRun run, Span<float> scratch)
        {
        }
    }
}
