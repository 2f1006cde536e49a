using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Training;

/// <summary>Weights, statistics and what the optimizer keeps change together or not at all.</summary>
public class CommitTests
{
    public static TheoryData<string> Optimizers => ["momentum", "adagrad", "adam"];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_step_that_failed_leaves_no_trace_in_those_that_follow(string name)
    {
        using var undisturbed = Create(name);
        undisturbed.Fit(new Toy(), 20, 12);

        using var disturbed = Create(name);
        disturbed.Fit(new Toy(), 20, 6);
        for (var i = 0; i < 3; i++)
            Assert.Throws<TrainingDivergedException>(() => disturbed.Fit(new Toy(100, double.NaN), 20, 1));
        disturbed.Fit(new Toy(), 20, 6);

        Assert.Equal(12, disturbed.Step);
        StateAssert.Same(undisturbed.State, disturbed.State);
    }

    [Fact]
    public void A_step_that_fails_in_its_last_gradient_commits_no_statistics()
    {
        // Twenty gradients of 3e37 each are finite, as are loss, outputs and statistics; their sum, the bias's gradient, is not.
        var network = Network.Input(37).Dense(4, bias: false).BatchNormalization().Sigmoid().Dense(1);
        using var trainer = new Trainer(network, new Sgd(0.1f), loss: Loss.MeanSquaredError);
        var before = trainer.State.Clone();
        var error = Assert.Throws<TrainingDivergedException>(() => trainer.Fit(new Distant(), 20, 1));
        Assert.Contains("gradient of 'dense2.bias'", error.Where, StringComparison.Ordinal);
        StateAssert.Same(before, trainer.State);
        Assert.Equal(0, trainer.Step);
    }

    [Fact]
    public void A_population_pass_over_data_that_are_not_finite_keeps_the_statistics_there_are()
    {
        using var trainer = Create("momentum");
        trainer.Fit(new Toy(), 20, 6);
        trainer.EstimatePopulation(new Toy(), 20);
        var before = trainer.State.Clone();
        Assert.Contains("not a finite number", Assert.Throws<InvalidOperationException>(() => trainer.EstimatePopulation(new Toy(100, double.NaN), 20)).Message, StringComparison.Ordinal);
        StateAssert.Same(before, trainer.State);
        trainer.State.Parameter("dense1.weight")[0] = float.MaxValue;
        before = trainer.State.Clone();
        Assert.Contains("statistics are not finite", Assert.Throws<InvalidOperationException>(() => trainer.EstimatePopulation(new Toy(), 20)).Message, StringComparison.Ordinal);
        StateAssert.Same(before, trainer.State);
    }

    private static Trainer Create(string name) => new(Toy.Network, name switch
    {
        "momentum" => new Sgd(0.1f, 0.9f),
        "adagrad" => new Adagrad(0.05f),
        _ => new Adam(0.01f),
    }, 6);

    private sealed class Distant : IExamples
    {
        private readonly Toy toy = new();

        public int Count => toy.Count;

        public Shape Shape => toy.Shape;

        public int Classes => 1;

        public void CopyInput(int index, Span<float> destination) => toy.CopyInput(index, destination);

        public int Label(int index) => 0;

        public void CopyTarget(int index, Span<float> target) => target[0] = -3e38f;
    }
}
