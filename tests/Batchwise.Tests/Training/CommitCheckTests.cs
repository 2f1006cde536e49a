using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Training;

/// <summary>Nothing is committed that has not been checked: one infinite value anywhere leaves the state as it was, to the bit.</summary>
[Trait("leg", "instruction-set")]
public class CommitCheckTests
{
    private const int Batch = 6;
    private const int MostPlaces = 40;

    public static TheoryData<string> Names => [.. PlanTests.Cases.Where(entry => entry.Value.Nodes.Any(node => node.Parameters.Length > 0)).Select(entry => entry.Key)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_gradient_and_statistic_is_checked_before_the_commit(string name)
    {
        var training = new Case(PlanTests.Cases[name]);
        using var threads = new WorkerPool(3);
        training.RunIsCommitted(new SerialExecutor());
        var check = Assert.Single(training.Plan.Steps.OfType<CheckStep>());
        foreach (var gradient in check.Checked)
        {
            foreach (var place in Places(gradient.Length(Batch)))
            {
                training.PlantIsRefused(new PlantValue(gradient, place), new SerialExecutor(3, (ulong)place));
                training.PlantIsRefused(new PlantValue(gradient, place), threads);
            }
        }
        foreach (var statistic in training.Plan.Staged)
        {
            training.PlantIsRefused(new PlantStatistic(statistic, training.Plan.Output), new SerialExecutor(3, 1));
            training.PlantIsRefused(new PlantStatistic(statistic, training.Plan.Output), threads);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_that_declares_a_gradient_as_checked_fails_the_run_for_each_of_its_values(string name)
    {
        var training = new Case(PlanTests.Cases[name]);
        training.RunIsCommitted(new SerialExecutor());
        foreach (var step in training.Plan.Steps.Where(step => step is not CheckStep && !step.Checked.IsEmpty))
        {
            var refused = 0;
            foreach (var read in step.Reads.Where(read => read.Region == BufferRegion.Arena))
            {
                foreach (var place in Places(read.Length(Batch)))
                    refused += training.PoisonIsSeen(step, read, place) ? 1 : 0;
            }
            Assert.True(refused > 0, $"{step.Layer}, {step.Operation}: no value that it reads made its gradient infinite.");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_trainable_gradient_is_checked_by_the_step_that_completes_it(string name)
    {
        var plan = new Case(PlanTests.Cases[name]).Plan;
        var check = plan.Steps.OfType<CheckStep>().Single();
        foreach (var gradient in plan.Steps.OfType<UpdateStep>().Single().Reads)
        {
            var last = plan.Steps.LastOrDefault(step => step.Writes.Any(gradient.Overlaps));
            Assert.True(check.Checked.Contains(gradient) ^ last?.Checked.Contains(gradient) == true, gradient.Name);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_last_gradient_of_a_convolutional_network_is_checked_before_weights_change(int threads)
    {
        // dW of the first convolution overflows in one input channel; loss, outputs, the other gradients and the statistics are finite.
        const int samples = 16, channels = 256;
        var network = Network.Input(1, 1, channels).Convolution(channels, 3, 1, Padding.Same).Relu().Flatten().Dense(64, bias: false).BatchNormalization().Dense(10);
        var data = new float[samples * channels];
        for (var i = 0; i < data.Length; i++)
            data[i] = i % channels == channels - 1 ? 3e38f : (float)Math.Sin(i / channels * 7 + i % channels);
        var examples = new Dataset(data, [.. Enumerable.Range(0, samples).Select(i => i % 10)], new Shape(1, 1, channels), 10);
        for (var attempt = 0; attempt < 20; attempt++)
        {
            using var trainer = new Trainer(network, new Sgd(0.1f, 0.9f), seed: 1, threads: threads);
            var weight = trainer.State.Parameter("convolution1.weight");
            for (var i = 0; i < weight.Length; i++)
                weight[i] = i / channels % channels == channels - 1 ? 0 : weight[i];
            foreach (ref var value in trainer.State.Parameter("dense1.weight"))
                value *= 1e-2f;
            trainer.State.Parameter("batchNorm1.gamma").Fill(1000);
            var before = trainer.State.Clone();
            var error = Assert.Throws<TrainingDivergedException>(() => trainer.Fit(examples, samples, 1));
            Assert.Contains("gradient of 'convolution1.weight'", error.Where, StringComparison.Ordinal);
            StateAssert.Same(before, trainer.State);
        }
    }

    /// <summary>The first, the last, and some between.</summary>
    private static IEnumerable<int> Places(int length) => length <= MostPlaces
        ? Enumerable.Range(0, length)
        : Enumerable.Range(0, MostPlaces).Select(i => (int)((long)i * (length - 1) / (MostPlaces - 1)));

    /// <summary>A training step of one network whose gradients of the output are given.</summary>
    private sealed class Case
    {
        private readonly NetworkState state;
        private readonly AlignedMemory slot;
        private readonly float[] x, dy;

        public Case(Network network)
        {
            state = RandomState.Of(network);
            slot = new AlignedMemory(state.Memory.Length);
            Plan = Plan.Compile(state, NetworkMode.Training, Batch, StandardLayers.Catalogue, after: builder =>
            {
                builder.GradientTarget(builder.Network.Output);
                return () => TrainingPlan.Commit(builder, new Sgd(0.1f, 0.9f), [slot]);
            }, keepAll: true);
            x = PlanCheck.Random(Batch * network.InputShape.Size, 1);
            dy = PlanCheck.Random(Batch * network.OutputShape.Size, 2);
        }

        public Plan Plan { get; }

        public void RunIsCommitted(IExecutor executor)
        {
            var before = state.Clone();
            Run(executor, new Schedule(Plan.Steps));
            Assert.False(Plan.CurrentRun.Failed);
            Assert.Contains(state.ParameterNames, name => !before.Parameter(name).SequenceEqual(state.Parameter(name)));
        }

        /// <summary>Runs the step with something planted right before the last check, and asserts that nothing was committed.</summary>
        public void PlantIsRefused(Step plant, IExecutor executor)
        {
            var (before, kept) = (state.Clone(), slot.Span(0, (int)slot.Length).ToArray());
            var check = Plan.Steps.IndexOf(Plan.Steps.OfType<CheckStep>().Single());
            Run(executor, new Schedule(Plan.Steps.Insert(check, plant)));
            Assert.True(Plan.CurrentRun.Failed, plant.Layer);
            StateAssert.Same(before, state);
            Assert.True(kept.AsSpan().SequenceEqual(slot.Span(0, (int)slot.Length)), plant.Layer);
        }

        /// <summary>Runs one step alone, with one value that it reads infinite: it fails the run if and only if its gradients are not finite.</summary>
        public bool PoisonIsSeen(Step step, PlanBuffer read, int place)
        {
            var run = Plan.CurrentRun;
            ref var value = ref run[read][place];
            var before = value;
            value = float.PositiveInfinity;
            run.Reset();
            new SerialExecutor(2, (ulong)place).Run(new Schedule([step]), run);
            value = before;
            var finite = step.Checked.All(gradient => Batchwise.Kernels.Finite.All(run[gradient]));
            Assert.True(run.Failed != finite, $"{step.Layer}, {step.Operation}, float {place} of {read}");
            return !finite;
        }

        private void Run(IExecutor executor, Schedule schedule)
        {
            Plan.SetInput(x, Batch);
            Rows.Write(dy, Plan.Memory.Span(Plan.OutputGradient!, Batch), Plan.OutputGradient!, Batch);
            Plan.CurrentRun.Count = Batch;
            Plan.CurrentRun.LearningRate = 0.1f;
            Plan.CurrentRun.Reset();
            executor.Run(schedule, Plan.CurrentRun);
        }
    }

    private sealed class PlantValue(PlanBuffer gradient, int place) : Step("plant", gradient.Name, [], [gradient])
    {
        public override int Tasks(int phase, int count) => 1;

        public override void Run(int phase, int task, PlanRun run, Span<float> scratch) => run[gradient][place] = float.PositiveInfinity;
    }

    private sealed class PlantStatistic(StagedStatistic statistic, PlanBuffer output) : Step("plant", statistic.Name, [], [output])
    {
        public override int Tasks(int phase, int count) => 1;

        public override void Run(int phase, int task, PlanRun run, Span<float> scratch) => statistic.Next[^1] = double.NaN;
    }
}
