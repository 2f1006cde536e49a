namespace Batchwise.Tests.Execution;

/// <summary>Training steps once everything is in place.</summary>
internal static class WarmStep
{
    private const int Batch = 20;

    /// <summary>Fails if steps of a network that takes <see cref="Toy"/> allocate managed memory.</summary>
    public static void AllocatesNothing(Network network)
    {
        using var trainer = new Trainer(NetworkState.Create(network, 1), new Sgd(0.1f, 0.9f), 1, null, new SerialExecutor());
        var data = new Toy();
        var plan = trainer.Prepare(Batch);
        plan.Load.Examples = data;
        int[] order = [.. Enumerable.Range(0, data.Count)];
        void Steps(int count)
        {
            for (var i = 0; i < count; i++)
            {
                plan.Load.Take(order, i % (data.Count / Batch) * Batch);
                trainer.TakeStep(Batch);
            }
        }
        Steps(50);
        Assert.Equal(0, Allocation.Least(() => Steps(50)));
    }
}
