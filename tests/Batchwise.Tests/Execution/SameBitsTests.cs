namespace Batchwise.Tests.Execution;

[Trait("leg", "instruction-set")]
public class SameBitsTests
{
    private const int Steps = 25;

    private static readonly Dictionary<string, Network> Others = new()
    {
        ["weight normalization"] = Toy.Network.WithWeightNormalization(),
        ["weight standardization"] = Toy.Network.WithWeightStandardization(),
    };

    public static TheoryData<string> Networks => [.. Others.Keys];

    public static TheoryData<int> Workers => [1, 2, 3, 4];

    [Theory]
    [MemberData(nameof(Workers))]
    public void A_training_run_has_the_same_bits_in_any_order_of_tasks(int workers)
    {
        var expected = Train(new SerialExecutor());
        for (ulong seed = 1; seed <= 3; seed++)
            StateAssert.Same(expected, Train(new SerialExecutor(workers, seed)));
    }

    [Theory]
    [MemberData(nameof(Workers))]
    public void And_on_real_threads(int workers)
    {
        using var pool = new WorkerPool(workers);
        StateAssert.Same(Train(new SerialExecutor()), Train(pool));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void So_has_one_of_other_ways_to_compute_a_dense_layer(string name)
    {
        var expected = Train(new SerialExecutor(), Others[name]);
        StateAssert.Same(expected, Train(new SerialExecutor(3, 1), Others[name]));
        using var pool = new WorkerPool(2);
        StateAssert.Same(expected, Train(pool, Others[name]));
    }

    [Theory]
    [InlineData(null)]
    [MemberData(nameof(Networks))]
    public void A_warm_step_allocates_nothing(string? name) => WarmStep.AllocatesNothing(name is null ? Toy.Network : Others[name]);

    [Fact]
    public void A_task_that_throws_reaches_the_caller_and_leaves_the_pool_usable()
    {
        using var pool = new WorkerPool(3);
        var broken = new Schedule([new Throwing()]);
        var run = new PlanRun(new PlanMemory(NetworkState.Create(Network.Input(1), 0), 0, 0)) { Count = 1 };
        for (var i = 0; i < 20; i++)
            Assert.Equal("from a task", Assert.Throws<InvalidDataException>(() => pool.Run(broken, run)).Message);
        StateAssert.Same(Train(new SerialExecutor()), Train(pool));
    }

    private static NetworkState Train(IExecutor executor, Network? network = null)
    {
        using var trainer = new Trainer(NetworkState.Create(network ?? Toy.Network, 1), new Sgd(0.2f, 0.9f) { WeightDecay = 1e-3f }, 4, null, executor);
        trainer.Fit(new Toy(), 20, Steps);
        return trainer.State;
    }

    private sealed class Throwing() : Step("throw", "test", [], [])
    {
        public override int Tasks(int phase, int count) => 5;

        public override void Run(int phase, int task, PlanRun run, Span<float> scratch) => throw new InvalidDataException("from a task");
    }
}
