namespace Batchwise.Tests.Execution;

/// <summary>Dense layers so large that their products are packed: the same values, to the bit, as by blocks of columns.</summary>
public class LargeDenseTests
{
    private const int Batch = 256;

    private static readonly Network Network = Batchwise.Network.Input(1033)
        .Dense(1024, bias: false).BatchNormalization().Relu().Dense(1024).Sigmoid().Dense(3);

    private static readonly Network Reparameterized = Batchwise.Network.Input(1033).Dense(1024).Tanh().WithWeightNormalization().Dense(3);

    [Fact]
    public void Plans_agree_with_the_references()
    {
        // Few samples: what they are packed for is the plan's capacity.
        Agrees(Network);
        Agrees(Reparameterized);
        // Two consumers: gradients are added up.
        var trunk = Batchwise.Network.Input(6).Dense(1031).Tanh();
        Agrees(Batchwise.Network.Join(new Sum(), trunk.Dense(1024), trunk.Dense(1024)));

        static void Agrees(Network network)
        {
            var run = RunCase.Of(network, 9);
            Agreement.Verify(run.ByReference(), run.ByPlan(capacity: Batch), network);
        }
    }

    [Fact]
    public void The_way_depends_on_batch_and_weight_and_can_be_seen_in_the_plan()
    {
        Assert.Contains("packed", Printed(Batch), StringComparison.Ordinal);
        Assert.DoesNotContain("packed", Printed(Batch - 1), StringComparison.Ordinal);
        Assert.False(DenseProducts.Choose(Batch, 784, 100).Packed);
        Assert.False(DenseProducts.Choose(Batch, 1200, 1200).Packed);
        Assert.True(DenseProducts.Choose(Batch, 1024, 1024).Packed);

        static string Printed(int capacity) => RunCase.Of(Network, 2).Compile(capacity: capacity).ToString();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(33)]
    [InlineData(Batch - 1)]
    public void Packed_products_and_blocks_give_the_same_bits_for_any_part_of_a_batch(int count)
    {
        foreach (var network in new[] { Network, Reparameterized })
        {
            var run = RunCase.Of(network, count);
            AssertSame(run.ByPlan(capacity: Batch - 1), run.ByPlan(capacity: Batch));
        }
    }

    [Fact]
    public void So_do_any_threads_in_any_order()
    {
        var run = RunCase.Of(Network, Batch);
        var expected = run.ByPlan();
        AssertSame(expected, run.ByPlan(executor: new SerialExecutor(3, 5)));
        using var pool = new WorkerPool(3);
        AssertSame(expected, run.ByPlan(executor: pool));
    }

    [Fact]
    public void A_warm_run_allocates_nothing()
    {
        var run = RunCase.Of(Network, Batch);
        var plan = run.Compile();
        plan.SetInput(run.X, Batch);
        var executor = new SerialExecutor();
        for (var i = 0; i < 3; i++)
            plan.Run(executor, Batch);
        Assert.Equal(0, Allocation.Least(() => plan.Run(executor, Batch)));
    }

    [Fact]
    public void A_gradient_that_is_not_finite_fails_the_run()
    {
        var run = RunCase.Of(Network, Batch);
        var plan = run.Compile();
        var x = run.X.ToArray();
        x[5] = float.PositiveInfinity;
        plan.SetInput(x, Batch);
        plan.Run(new SerialExecutor(), Batch);
        Assert.True(plan.CurrentRun.Failed);
    }

    private static void AssertSame(RunResult expected, RunResult actual)
    {
        Assert.Equal(expected.Output, actual.Output);
        foreach (var (name, values) in expected.Gradients)
            Assert.Equal(values, actual.Gradients[name]);
        foreach (var (name, values) in expected.Statistics)
            Assert.Equal(values, actual.Statistics[name]);
    }
}
