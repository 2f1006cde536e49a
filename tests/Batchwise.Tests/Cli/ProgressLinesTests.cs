using Batchwise.Cli;

namespace Batchwise.Tests.Cli;

public sealed class ProgressLinesTests
{
    private readonly ManualTime time = new();
    private readonly List<string> written = [];

    [Fact]
    public void A_line_tells_of_every_tenth()
    {
        using var lines = new ProgressLines(written.Add, time);
        for (var step = 0; step <= 100; step++)
            lines.Report(new("training", step, 100, double.NaN, double.NaN));
        Assert.Equal(Enumerable.Range(0, 11).Select(tenth => $"training   {tenth * 10,7} of 100"), written);
    }

    [Fact]
    public void Half_a_minute_without_a_line_is_broken_with_the_last_that_is_known()
    {
        using var lines = new ProgressLines(written.Add, time);
        time.Pass(29);
        Assert.Empty(written);
        time.Pass(1);
        Assert.Equal(["still at work after 30 s"], written);
        lines.Report(new("rate 0.1", 0, 1000, double.NaN, double.NaN));
        lines.Report(new("rate 0.1", 50, 1000, 0.5, 10));
        time.Pass(25);
        Assert.Equal(2, written.Count);
        time.Pass(5);
        Assert.Equal("rate 0.1        50 of 1,000, accuracy 0.5000, 10 steps/s, 95 s left", written[^1]);
        time.Pass(30);
        Assert.Equal("still at work after 90 s", written[^1]);
        Assert.Equal(4, written.Count);
    }

    [Fact]
    public void Where_lines_are_to_be_rare_what_is_quick_writes_none()
    {
        using var lines = new ProgressLines(written.Add, time, TimeSpan.FromSeconds(5));
        lines.Report(new("a", 10, 10, double.NaN, double.NaN));
        time.Pass(4);
        lines.Report(new("b", 1, 10, double.NaN, double.NaN));
        Assert.Empty(written);
        time.Pass(1);
        lines.Report(new("b", 2, 10, double.NaN, double.NaN));
        lines.Report(new("b", 3, 10, double.NaN, double.NaN));
        Assert.Single(written);
    }

    [Fact]
    public void Nothing_is_written_once_the_work_is_done()
    {
        new ProgressLines(written.Add, time).Dispose();
        time.Pass(100);
        Assert.Empty(written);
    }
}
