namespace Batchwise.Tests.Execution;

public class ProcessorsTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5000)]
    public void A_thread_that_left_a_processor_may_run_on_all_that_it_could(int processor)
    {
        var before = Allowed();
        Processors.Leave(processor);
        Processors.Leave(Processors.Current);
        Assert.Equal(before, Allowed());
    }

    [Fact]
    public void A_thread_leaves_its_processor_if_there_is_another()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.ProcessorCount > 1, "Needs Linux and two processors.");
        // Another thread may push it back at once, but not every time.
        Assert.Contains(Enumerable.Range(0, 1000), _ =>
        {
            var processor = Processors.Current;
            Processors.Leave(processor);
            return Processors.Current != processor;
        });
    }

    private static string Allowed() =>
        OperatingSystem.IsLinux() ? File.ReadLines("/proc/thread-self/status")
            .Single(line => line.StartsWith("Cpus_allowed:", StringComparison.Ordinal)) : "";
}
