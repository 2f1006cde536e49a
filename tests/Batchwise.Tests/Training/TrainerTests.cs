using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("batchwise-").FullName;

    public static TheoryData<string> Optimizers => ["sgd", "momentum", "nesterov", "adagrad", "adam"];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Every_optimizer_learns_and_a_resumed_run_has_the_bits_of_one_that_did_not_stop(string name)
    {
        using var whole = new Trainer(Toy.Network, Optimizer(name), 6);
        var history = whole.Fit(new Toy(), 20, 61);
        Assert.True(history.LastLoss < history.Reports[0].Loss);

        using var first = new Trainer(Toy.Network, Optimizer(name), 6);
        first.Fit(new Toy(), 20, 13);
        first.Fit(new Toy(), 20, 14);
        var path = Path.Combine(folder, "checkpoint");
        first.SaveCheckpoint(path);
        using var second = Trainer.Resume(path, Toy.Network, Optimizer(name));
        Assert.Equal(27, second.Step);
        second.Fit(new Toy(), 20, 34);

        StateAssert.Same(whole.State, second.State);
    }

    [Fact]
    public void A_checkpoint_of_something_else_is_refused()
    {
        using var trainer = new Trainer(Toy.Network, new Sgd(0.1f, 0.9f));
        var path = Path.Combine(folder, "checkpoint");
        trainer.SaveCheckpoint(path);
        Assert.Contains("another network", Assert.Throws<InvalidDataException>(() => Trainer.Resume(path, Network.Input(2).Dense(2), new Sgd(0.1f))).Message, StringComparison.Ordinal);
        Assert.Contains("one with momentum", Assert.Throws<InvalidDataException>(() => Trainer.Resume(path, Toy.Network, new Sgd(0.1f))).Message, StringComparison.Ordinal);
        Assert.Contains("the loss SoftmaxCrossEntropy, not MeanSquaredError", Assert.Throws<InvalidDataException>(() => Trainer.Resume(path, Toy.Network, new Sgd(0.1f, 0.9f), Loss.MeanSquaredError)).Message, StringComparison.Ordinal);
        trainer.ToModel().Save(path + ".model");
        Assert.Contains("is no checkpoint", Assert.Throws<InvalidDataException>(() => Trainer.Resume(path + ".model", Toy.Network, new Sgd(0.1f, 0.9f))).Message, StringComparison.Ordinal);
        Assert.Contains("made with Sgd, not Adam", Assert.Throws<InvalidDataException>(() => Trainer.Resume(path, Toy.Network, new Adam())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_network_answers_what_it_learned()
    {
        using var trainer = new Trainer(Toy.Network, new Sgd(0.3f), 2);
        trainer.Fit(new Toy(300), 20, 300);
        Assert.True(trainer.ToInference(new Toy(300), 20).Evaluate(new Toy(300)).Accuracy > 0.95);
    }

    [Fact]
    public void Data_that_are_not_finite_stop_training_and_leave_the_state_as_it_was()
    {
        using var trainer = new Trainer(Toy.Network, new Sgd(0.1f));
        trainer.Fit(new Toy(), 20, 3);
        var before = trainer.State.Clone();
        var error = Assert.Throws<TrainingDivergedException>(() => trainer.Fit(new Toy(100, double.NaN), 20, 3));
        Assert.Equal(3, error.Step);
        Assert.Contains("data", error.Where, StringComparison.Ordinal);
        StateAssert.Same(before, trainer.State);
        Assert.Equal(3, trainer.Step);
    }

    [Fact]
    public void A_rate_that_is_too_large_stops_training_at_the_first_layer_that_went_bad()
    {
        var network = Network.Input(37).Dense(30).Relu().Dense(30).Relu().Dense(3);
        using var trainer = new Trainer(network, new Sgd(1e18f));
        var error = Assert.Throws<TrainingDivergedException>(() => trainer.Fit(new Toy(), 20, 50));
        Assert.Contains("step", error.Message, StringComparison.Ordinal);
        Assert.Matches("'(dense|relu)[123](\\.\\w+)?'|the loss", error.Where);
        foreach (var name in trainer.State.ParameterNames)
            Assert.True(trainer.State.Parameter(name).ToArray().All(float.IsFinite), name);
    }

    [Fact]
    public void An_epoch_takes_every_example_once()
    {
        var seen = new Recorder();
        using var trainer = new Trainer(Network.Input(1).Dense(2), new Sgd(1e-6f), 9, threads: 1);
        trainer.Fit(seen, 10, 3);
        Assert.Equal(Enumerable.Range(0, 30), seen.Taken.Order());
        Assert.NotEqual(Enumerable.Range(0, 30), seen.Taken);
        trainer.Fit(seen, 10, 3);
        Assert.NotEqual(seen.Taken.Take(30), seen.Taken.Skip(30));
    }

    [Fact]
    public void Cancelling_ends_a_run_with_what_was_learned()
    {
        using var source = new CancellationTokenSource();
        using var trainer = new Trainer(Toy.Network, new Sgd(0.1f));
        var history = trainer.Fit(new Toy(), 20, 1_000_000, new Reports(_ => source.Cancel()), cancellationToken: source.Token);
        Assert.True(history.Cancelled);
        Assert.Equal(1000, trainer.Step);
    }

    [Fact]
    public void A_run_without_an_end_goes_on_from_any_step_until_it_is_cancelled()
    {
        using var source = new CancellationTokenSource();
        using var trainer = new Trainer(Toy.Network, new Sgd(0.1f));
        trainer.Fit(new Toy(), 20, 1);
        var history = trainer.Fit(new Toy(), 20, long.MaxValue, new Reports(_ => source.Cancel()), cancellationToken: source.Token);
        Assert.True(history.Cancelled);
        Assert.Single(history.Reports);
        Assert.Equal(1001, trainer.Step);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(100, 100)]
    [InlineData(199, 100)]
    [InlineData(250, 84)]
    public void Progress_is_reported_a_hundred_times_at_most_and_at_the_end(int steps, int reports)
    {
        var last = 0L;
        using var trainer = new Trainer(Network.Input(37).Dense(3), new Sgd(0.1f));
        var history = trainer.Fit(new Toy(), 20, steps, new Reports(report => last = report.Step));
        Assert.Equal(reports, history.Reports.Length);
        Assert.Equal(steps, last);
    }

    [Theory]
    [InlineData(1, new long[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 })]
    [InlineData(4, new long[] { 4, 8, 10 })]
    [InlineData(10, new long[] { 10 })]
    [InlineData(1_000_000, new long[] { 10 })]
    public void Progress_is_reported_as_often_as_is_asked_and_at_the_end(long every, long[] steps)
    {
        var told = new List<TrainingProgress>();
        using var trainer = new Trainer(Network.Input(37).Dense(3), new Sgd(0.1f));
        var history = trainer.Fit(new Toy(), 20, 10, new Reports(told.Add), every, TestContext.Current.CancellationToken);
        Assert.Equal(steps, told.Select(report => report.Step));
        Assert.Equal(told, history.Reports);
        Assert.Contains("every 0 steps: give 1 or more", Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(new Toy(), 20, 10, reportEvery: 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_makes_population_statistics_unknown_but_those_of_frozen_layers()
    {
        var network = Network.Input(37).Dense(9).Then(new BatchNormalization()).Then(new ZcaWhitening { GroupSize = 3 })
            .Then(new BatchNormalization { UseBatchStatistics = false }, "frozen").Dense(3);
        using var trainer = new Trainer(network, new Sgd(0.1f));
        trainer.Fit(new Toy(), 20, 3);
        trainer.State.StatisticValues(network["frozen"], "populationMean").AsSpan().Fill(0.5);
        trainer.State.StatisticValues(network["frozen"], "populationVariance").AsSpan().Fill(2);
        bool Known(string statistic) => trainer.State.Statistic(statistic).ToArray().All(double.IsFinite);

        trainer.ToInference(new Toy(), 20);
        Assert.All(["batchNorm1.populationMean", "zcaWhitening1.populationVariance", "zcaWhitening1.populationCovariance"], name => Assert.True(Known(name), name));
        // Whoever brought them.
        var known = trainer.State.Clone();
        trainer.Fit(new Toy(), 20, 1);
        trainer.State.CopyMatching(known);
        Assert.True(Known("batchNorm1.populationMean"));
        trainer.Fit(new Toy(), 20, 1);
        Assert.All(["batchNorm1.populationMean", "batchNorm1.populationVariance", "zcaWhitening1.populationVariance", "zcaWhitening1.populationCovariance"], name => Assert.False(Known(name), name));
        Assert.Equal(0.5, trainer.State.Statistic("frozen.populationMean")[0]);
    }

    [Fact]
    public void Examples_sorted_by_class_give_the_population_statistics_of_mixed_batches()
    {
        var network = Network.Input(3).Dense(8).Relu().Dense(3).WithBatchNormalization();
        using var trainer = new Trainer(network, new Sgd(0.1f), 4);
        trainer.Fit(new Sorted(), 30, 100);
        trainer.EstimatePopulation(new Sorted(), 30);
        // Of mixed batches the variance is that of all examples, of batches of a class much less.
        var (population, moving) = (trainer.State.Statistic("batchNorm1.populationVariance").ToArray(), trainer.State.Statistic("batchNorm1.movingVariance").ToArray());
        Assert.All(population.Zip(moving), pair => Assert.InRange(pair.First / pair.Second, 0.8, 1.25));
        Assert.Equal(1, trainer.ToInference(new Sorted(), 30).Evaluate(new Sorted()).Accuracy);
    }

    [Fact]
    public void Estimating_in_the_middle_of_a_run_changes_nothing_of_what_it_ends_with()
    {
        using var straight = new Trainer(Toy.Network, new Sgd(0.1f));
        straight.Fit(new Toy(), 20, 40);
        using var looked = new Trainer(Toy.Network, new Sgd(0.1f));
        looked.Fit(new Toy(), 20, 40, new Reports(_ => looked.ToInference(new Toy(), 20)));
        looked.Fit(new Toy(), 20, 20);
        straight.Fit(new Toy(), 20, 20);
        Assert.Equal(straight.ToModel().Evaluate(new Toy()), looked.ToModel().Evaluate(new Toy()));
    }

    [Fact]
    public void Another_rate_between_two_steps_is_what_a_schedule_makes_of_it()
    {
        using var scheduled = new Trainer(Toy.Network, new Sgd(0.25f, 0.9f) { Schedule = LearningRateSchedule.Step(10, 0.5) });
        scheduled.Fit(new Toy(), 20, 20);
        using var changed = new Trainer(Toy.Network, new Sgd(0.25f, 0.9f));
        changed.Fit(new Toy(), 20, 10);
        changed.Optimizer = new Sgd(0.125f, 0.9f);
        changed.LowMemory = true;
        changed.Fit(new Toy(), 20, 10);
        StateAssert.Same(scheduled.State, changed.State);
        Assert.Contains("began with Sgd", Assert.Throws<ArgumentException>(() => changed.Optimizer = new Sgd(0.1f)).Message, StringComparison.Ordinal);
        Assert.Contains("began with Sgd", Assert.Throws<ArgumentException>(() => changed.Optimizer = new Adam()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fewer_examples_than_a_batch_make_one_smaller_batch_of_a_population_pass()
    {
        using var trainer = new Trainer(Toy.Network, new Sgd(0.1f));
        trainer.Fit(new Toy(40), 20, 3);
        var moving = trainer.State.Clone();
        trainer.EstimatePopulation(new Toy(40));
        var byDefault = trainer.State.Clone();
        trainer.EstimatePopulation(new Toy(40), 40);
        StateAssert.Same(byDefault, trainer.State);
        Assert.NotEqual(moving.Statistic("batchNorm1.movingMean").ToArray(), byDefault.Statistic("batchNorm1.populationMean").ToArray());
    }

    [Fact]
    public void What_does_not_fit_is_refused_before_anything_runs()
    {
        using var trainer = new Trainer(Toy.Network, new Sgd(0.1f));
        Assert.Contains("a batch of 200", Assert.Throws<ArgumentException>(() => trainer.Fit(new Toy(), 200, 1)).Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("shape [1]", Assert.Throws<ArgumentException>(() => trainer.Fit(new Recorder(), 2, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_regression_finds_its_line()
    {
        using var trainer = new Trainer(Network.Input(1).Dense(1), new Sgd(0.1f), loss: Loss.MeanSquaredError);
        trainer.Fit(new Line(), 50, 400);
        Assert.Equal(2.5f, trainer.State.Parameter("dense1.weight")[0], 3);
        Assert.Equal(-1f, trainer.State.Parameter("dense1.bias")[0], 3);
        // A single value names no class.
        Assert.Equal(double.NaN, trainer.Evaluate(new Line()).Accuracy);
        var history = trainer.Fit(new Line(), 50, 1);
        Assert.Equal(double.NaN, history.Reports[0].Accuracy);
        RunLog.Of(trainer, "", "", "", 50, 1, history.Reports).Save(folder);
        Assert.Equal(history.Reports[0], RunLog.Load(folder).Reports[0] with { LastStep = history.Reports[0].LastStep });
    }

    [Fact]
    public void Yes_or_no_answers_need_an_output_per_class_or_targets_between_0_and_1()
    {
        string Refused(int outputs)
        {
            using var trainer = new Trainer(Network.Input(37).Dense(outputs), new Sgd(0.1f), loss: Loss.BinaryCrossEntropy);
            return Assert.Throws<InvalidOperationException>(() => trainer.Fit(new Toy(), 20, 1)).Message;
        }

        Assert.Contains("takes targets from 0 to 1, and an example has 2", Refused(1), StringComparison.Ordinal);
        Assert.Contains("of class 2 of 3, and the network has 2 outputs", Refused(2), StringComparison.Ordinal);
        var model = new Model(NetworkState.Create(Network.Input(37).Dense(2), 1), OutputMeaning.BinaryLogits);
        Assert.Contains("give its last layer an output per class", Assert.Throws<InvalidOperationException>(() => model.Evaluate(new Toy())).Message, StringComparison.Ordinal);
    }

    private static Optimizer Optimizer(string name) => name switch
    {
        "sgd" => new Sgd(0.2f) { Schedule = LearningRateSchedule.Exponential(100, 0.5).WithWarmUp(5) },
        "momentum" => new Sgd(0.1f, 0.9f) { WeightDecay = 1e-4f },
        "nesterov" => new Sgd(0.1f, 0.9f, nesterov: true) { Schedule = LearningRateSchedule.Cosine(80) },
        "adagrad" => new Adagrad(0.05f),
        _ => new Adam(0.01f) { Schedule = LearningRateSchedule.Step(20, 0.5) },
    };

    /// <summary>Three classes far from each other, one after the other.</summary>
    private sealed class Sorted : IExamples
    {
        public int Count => 900;

        public Shape Shape => new(3);

        public int Classes => 3;

        public int Label(int index) => index / 300;

        public void CopyInput(int index, Span<float> destination)
        {
            destination.Fill(index % 300 / 1000f);
            destination[Label(index)] += 2;
        }
    }

    private sealed class Recorder : IExamples
    {
        public List<int> Taken { get; } = [];

        public int Count => 30;

        public Shape Shape => new(1);

        public int Classes => 2;

        public void CopyInput(int index, Span<float> destination)
        {
            Taken.Add(index);
            destination[0] = index;
        }

        public int Label(int index) => index % 2;
    }

    private sealed class Line : IExamples
    {
        public int Count => 100;

        public Shape Shape => new(1);

        public int Classes => 1;

        public void CopyInput(int index, Span<float> destination) => destination[0] = index / 50f - 1;

        public int Label(int index) => 0;

        public void CopyTarget(int index, Span<float> target) => target[0] = 2.5f * (index / 50f - 1) - 1;
    }
}
