using Batchwise.Kernels;
using Batchwise.Tests.Execution;
using static System.FormattableString;

namespace Batchwise.Tests.Normalization;

/// <summary>Whitening as plans run it.</summary>
[Trait("leg", "instruction-set")]
public class WhiteningPlanTests(ITestOutputHelper output)
{
    private static readonly Network Network = Batchwise.Network.Input(37)
        .Dense(45).Then(new ZcaWhitening { GroupSize = 12 }).Sigmoid().Dense(19).Then(new IterativeNormalization { GroupSize = 8 }).Relu().Dense(3);

    public static TheoryData<int> Workers => [1, 2, 3, 4];

    [Theory]
    [InlineData(60)]
    [InlineData(256)]
    public void A_whitened_batch_is_white_to_a_ten_thousandth(int count)
    {
        const double epsilon = 1e-5;
        var network = Batchwise.Network.Input(100).Then(new ZcaWhitening { Epsilon = epsilon });
        var x = Array.ConvertAll(WhiteningTests.Correlated(count, 100, 3), value => (float)value);
        var plan = Plan.Compile(NetworkState.Create(network, 1), NetworkMode.Training, count, StandardLayers.Catalogue);
        plan.SetInput(x, count);
        plan.Run(new SerialExecutor(), count);
        var y = PlanCheck.Read(plan, plan.Output, count);
        var groups = new WhiteningGroups(100, 16);
        var worst = 0.0;
        for (var group = 0; group < groups.Count; group++)
        {
            var size = groups.Size(group);
            var (lambda, vectors) = (new double[size], new double[GroupMatrix.Length]);
            SymmetricEigen.Run(WhiteningTests.Covariance(PlanCheck.Doubles(x), groups, group), size, lambda, vectors);
            var (whitened, left, inBasis, transposed) =
                (WhiteningTests.Covariance(y, groups, group), new double[GroupMatrix.Length], new double[GroupMatrix.Length], new double[GroupMatrix.Length]);
            GroupMatrix.Transpose(vectors, transposed);
            GroupMatrix.Multiply(vectors, whitened, left, size);
            GroupMatrix.Multiply(left, transposed, inBasis, size);
            for (var i = 0; i < size * size; i++)
            {
                var (k, l) = (i / size, i % size);
                worst = Math.Max(worst, Math.Abs(inBasis[k * GroupMatrix.Width + l] - (k == l ? lambda[k] / (lambda[k] + epsilon) : 0)));
            }
        }
        output.WriteLine(Invariant($"Largest error of the whitened covariance in the eigenbasis, batch of {count}: {worst:E2}"));
        Assert.InRange(worst, 0, 1e-4);
    }

    [Theory]
    [MemberData(nameof(Workers))]
    public void A_training_run_has_the_same_bits_in_any_order_and_on_any_number_of_threads(int workers)
    {
        var expected = Train(Network, new SerialExecutor());
        StateAssert.Same(expected, Train(Network, new SerialExecutor(workers, 5)));
        using var pool = new WorkerPool(workers);
        StateAssert.Same(expected, Train(Network, pool));
    }

    [Theory]
    [MemberData(nameof(Workers))]
    public void So_has_one_on_maps(int workers)
    {
        var network = Batchwise.Network.Input(9, 9, 21).Then(new ZcaWhitening()).Relu().Then(new IterativeNormalization { GroupSize = 5 }).Flatten().Dense(3);
        var run = RunCase.Of(network, 20);
        var expected = run.ByPlan();
        using var pool = new WorkerPool(workers);
        foreach (var actual in new[] { run.ByPlan(executor: new SerialExecutor(workers, 7)), run.ByPlan(executor: pool) })
        {
            Assert.Equal(expected.Output, actual.Output);
            foreach (var (name, values) in expected.Gradients)
                Assert.Equal(values, actual.Gradients[name]);
            foreach (var (name, values) in expected.Statistics)
                Assert.Equal(values, actual.Statistics[name]);
        }
    }

    [Theory]
    [InlineData(NetworkMode.Training)]
    [InlineData(NetworkMode.Statistics)]
    [InlineData(NetworkMode.Inference)]
    public void No_step_is_run_by_its_reference(NetworkMode mode)
    {
        var maps = Batchwise.Network.Input(4, 4, 6).Then(new ZcaWhitening()).Relu().Then(new IterativeNormalization());
        foreach (var network in new[] { Network, maps })
        {
            var plan = Plan.Compile(NetworkState.Create(network, 1), mode, 20, StandardLayers.Catalogue);
            Assert.Contains(plan.Steps, step => step.Operation == "whitening");
            Assert.DoesNotContain(plan.Steps, step => step.Operation.StartsWith("reference", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_warm_step_allocates_nothing() => WarmStep.AllocatesNothing(Network);

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_is_not_finite_makes_staged_statistics_that_are_not(float value)
    {
        var network = Batchwise.Network.Input(20).Then(new ZcaWhitening { GroupSize = 6 });
        var plan = Plan.Compile(NetworkState.Create(network, 1), NetworkMode.Training, 9, StandardLayers.Catalogue);
        var x = PlanCheck.Random(9 * 20, 1);
        plan.SetInput(x, 9);
        plan.Run(new SerialExecutor(), 9);
        Assert.All(plan.Staged, staged => Assert.True(staged.IsFinite, staged.Name));
        x[44] = value;
        plan.SetInput(x, 9);
        plan.Run(new SerialExecutor(), 9);
        Assert.Contains(plan.Staged, staged => !staged.IsFinite);
    }

    private static NetworkState Train(Network network, IExecutor executor)
    {
        using var trainer = new Trainer(NetworkState.Create(network, 1), new Sgd(0.2f, 0.9f), 4, null, executor);
        trainer.Fit(new Toy(), 20, 25);
        return trainer.State;
    }
}
