namespace Batchwise.Tests.Execution;

/// <summary>What plans of convolutional networks save themselves, and that it changes nothing.</summary>
[Trait("leg", "instruction-set")]
public class MapPlanTests
{
    private static readonly Network Inception = PlanTests.Inception(normalized: true);

    private static RunCase Case => RunCase.Of(Inception, 7);

    [Fact]
    public void Pointwise_convolutions_of_one_map_are_one_product()
    {
        var plan = Case.Compile();
        // Three read the trunk, and one reads an average pool of it, before which it goes.
        var joint = Assert.Single(plan.Steps, step => step.Operation == "convolution" && step.Layer.Contains('+', StringComparison.Ordinal));
        Assert.Contains("convolution2 + convolution3 + convolution5 + convolution8", joint.Layer, StringComparison.Ordinal);
        Assert.Single(plan.Steps, step => step.Operation == "convolution input gradient" && step.Layer == joint.Layer);
        Assert.Single(plan.Steps, step => step.Operation == "convolution weight gradient" && step.Layer == joint.Layer);
    }

    [Fact]
    public void Moments_follow_the_convolution_and_concatenations_copy_nothing()
    {
        var plan = Case.Compile();
        Assert.DoesNotContain(plan.Steps, step => step.Operation == "moments");
        Assert.All(plan.Steps.Where(step => step.Operation is "convolution" or "average pool"), step => Assert.Contains("then moments", step.Detail, StringComparison.Ordinal));
        Assert.DoesNotContain(plan.Steps, step => step.Operation is "copy" or "add");
    }

    [Fact]
    public void A_sum_normalizes_what_was_normalized_last()
    {
        var trunk = Network.Input(6, 6, 4).Convolution(5, 3).BatchNormalization().Relu();
        var block = Network.Join(new Sum(), trunk, trunk.Convolution(5, 3, bias: false).BatchNormalization()).Relu().Convolution(3, 1, bias: false).BatchNormalization();
        var @case = RunCase.Of(block, 7);
        var plan = @case.Compile();
        Assert.Single(plan.Steps, step => step.Operation == "affine + sum");
        Assert.DoesNotContain(plan.Steps, step => step.Operation == "sum");
        Assert.Equal(2, plan.Steps.Count(step => step.Operation == "affine"));
        // Whoever looks at every value finds the normalized one, and the same bits.
        Assert.Contains(@case.Compile(keepAll: true).Steps, step => step.Operation == "sum");
        Same(@case.ByPlan(), @case.ByPlan(keepAll: true));
        Same(@case.ByPlan(), @case.ByPlan(lowMemory: true));
    }

    [Fact]
    public void The_first_convolution_corrects_what_it_reads()
    {
        // Neither fits whole vectors, nor does a part of the places; the second convolution has a gradient by its input.
        var network = Network.Input(9, 9, 3).Convolution(21, 5, 2, bias: false).BatchNormalization().LeakyRelu().Convolution(7, 3, bias: false).BatchNormalization().Tanh();
        var @case = RunCase.Of(network, 7);
        var plan = @case.Compile();
        Assert.Single(plan.Steps, step => step.Operation == "backward correction");
        Assert.Equal(2, plan.Steps.Count(step => step.Operation == "convolution weight gradient"));
        var first = Assert.Single(plan.Steps, step => step.Detail.EndsWith("corrected as they are read", StringComparison.Ordinal));
        Assert.Contains(plan.Input, first.Reads);
    }

    [Fact]
    public void Computing_again_instead_of_keeping_changes_no_bit_and_saves_memory()
    {
        var (kept, again) = (Case.ByPlan(), Case.ByPlan(lowMemory: true));
        Same(kept, again);
        Assert.True(Case.Compile(lowMemory: true).ArenaBytes < 0.9 * Case.Compile().ArenaBytes);
        Assert.Contains(Case.Compile(lowMemory: true).Steps, step => step.Writes.Any(buffer => buffer.Name.EndsWith("again", StringComparison.Ordinal)));
    }

    [Fact]
    public void Any_order_of_tasks_gives_the_same_bits()
    {
        var expected = Case.ByPlan();
        for (ulong seed = 1; seed <= 3; seed++)
            Same(expected, Case.ByPlan(executor: new SerialExecutor(3, seed)));
        using var pool = new WorkerPool(3);
        Same(expected, Case.ByPlan(executor: pool));
    }

    [Fact]
    public void A_warm_run_allocates_nothing()
    {
        var plan = Case.Compile();
        plan.SetInput(Case.X, 7);
        var executor = new SerialExecutor();
        for (var i = 0; i < 50; i++)
            plan.Run(executor, 7);
        Assert.All(plan.Steps, step =>
        {
            var scratch = new float[step.WorkerScratch];
            Assert.Equal(0, Allocation.Least(() =>
            {
                for (var phase = 0; phase < step.Phases; phase++)
                {
                    for (var task = 0; task < step.Tasks(phase, 7); task++)
                        step.Run(phase, task, plan.CurrentRun, scratch);
                }
            }));
        });
    }

    /// <summary>
    /// Of BN-Inception at a batch of 16 two maps are larger than a last-level cache of 32 MB, each as the convolution's result and as the
    /// rectified one. Forward: the former is written, and read by the pool, which normalizes; the latter is never there. Backward: the
    /// pool writes the latter's gradient and reads the former for the sums; the correction reads both. Of the first convolution, which has
    /// a weight's gradient alone, that computes what is corrected as it reads it; of the other the correction writes its result, and
    /// both gradients of the convolution read that.
    /// </summary>
    [Fact]
    public void Large_maps_go_through_memory_so_many_times_and_no_more()
    {
        const int batch = 16;
        long Bytes(int size, int channels) => (long)batch * size * size * channels * sizeof(float);
        var plan = new TrainingPlan(NetworkState.Create(BnInception.Create(), 1), new Sgd(0.1f), Loss.SoftmaxCrossEntropy, [], batch).Plan;
        Assert.Equal(6 * Bytes(112, 64) + 9 * Bytes(56, 192), plan.Traffic(largerThan: 32 << 20));
    }

    private static void Same(RunResult expected, RunResult actual)
    {
        Assert.Equal(expected.Output, actual.Output);
        Assert.Equal(expected.Statistics.Keys, actual.Statistics.Keys);
        Assert.All(expected.Gradients, entry => Assert.Equal(entry.Value, actual.Gradients[entry.Key]));
        Assert.All(expected.Statistics, entry => Assert.Equal(entry.Value, actual.Statistics[entry.Key]));
    }
}
