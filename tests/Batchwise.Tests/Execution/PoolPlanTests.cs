namespace Batchwise.Tests.Execution;

/// <summary>Plans of networks with pools: any order of tasks gives the same bits, backward as forward, and a warm run allocates nothing.</summary>
[Trait("leg", "instruction-set")]
public class PoolPlanTests
{
    private const int Count = 9;

    private static readonly RunCase Case = RunCase.Of(PlanTests.Pooled(), Count);

    [Fact]
    public void Any_order_of_tasks_gives_the_same_bits()
    {
        // Each run begins with an arena full of NaN, and each of its tasks with scratch full of NaN.
        var expected = Case.ByPlan();
        for (ulong seed = 1; seed <= 3; seed++)
            Same(expected, Case.ByPlan(executor: new SerialExecutor(3, seed)));
        using var pool = new WorkerPool(3);
        Same(expected, Case.ByPlan(executor: pool));
    }

    /// <summary>A result of one place per sample has little to write and a whole map to read, which is what counts.</summary>
    [Fact]
    public void A_global_maximum_is_shared_out_by_samples()
    {
        var run = RunCase.Of(Network.Input(9, 8, 5).Convolution(6, 3).BatchNormalization().Gelu().GlobalMaxPool().Dense(3), Count);
        Assert.Equal(Count, run.Compile().Steps.Single(step => step.Operation == "affine + max pool").Tasks(0, Count));
        using var pool = new WorkerPool(3);
        Same(run.ByPlan(), run.ByPlan(executor: pool));
        Same(run.ByPlan(), run.ByPlan(executor: new SerialExecutor(3, 1)));
        Same(run.ByPlan(), run.ByPlan(lowMemory: true));
    }

    [Fact]
    public void A_warm_run_allocates_nothing()
    {
        var plan = Case.Compile();
        plan.SetInput(Case.X, Count);
        var executor = new SerialExecutor();
        for (var i = 0; i < 50; i++)
            plan.Run(executor, Count);
        Assert.Equal(0, Allocation.Least(() => plan.Run(executor, Count)));
    }

    [Fact]
    public void Winners_are_kept_for_backward_alone()
    {
        static bool HasWinners(Plan plan) => plan.Steps.Any(step => step.Writes.Any(buffer => buffer.Name.EndsWith("winners", StringComparison.Ordinal)));
        Assert.True(HasWinners(Case.Compile()));
        Assert.False(HasWinners((Case with { Mode = NetworkMode.Inference }).Compile()));
        Assert.False(HasWinners((Case with { Mode = NetworkMode.Statistics }).Compile()));
    }

    [Fact]
    public void What_needs_a_pool_s_result_or_gradient_follows_in_its_tasks()
    {
        var @case = RunCase.Of(Network.Input(8, 8, 5).Convolution(6, 3, bias: false).BatchNormalization().Relu().MaxPool(3, 2, Padding.All(1)).BatchNormalization().Tanh(), Count);
        var plan = @case.Compile();
        Assert.Contains("then moments", plan.Steps.Single(step => step.Operation == "affine + max pool").Detail, StringComparison.Ordinal);
        Assert.Contains("then backward sums", plan.Steps.Single(step => step.Operation == "max pool backward").Detail, StringComparison.Ordinal);
        // Whoever looks at every value finds the rectified one, and the same bits.
        Assert.Contains(@case.Compile(keepAll: true).Steps, step => step.Operation == "affine");
        Same(@case.ByPlan(), @case.ByPlan(keepAll: true));
        Same(@case.ByPlan(), @case.ByPlan(lowMemory: true));
    }

    private static void Same(RunResult expected, RunResult actual)
    {
        Assert.Equal(expected.Output, actual.Output);
        Assert.All(expected.Gradients, entry => Assert.Equal(entry.Value, actual.Gradients[entry.Key]));
        Assert.All(expected.Statistics, entry => Assert.Equal(entry.Value, actual.Statistics[entry.Key]));
    }
}
