namespace Batchwise.Tests.Training;

public class UnlabelledTests
{
    private static readonly Dataset Inputs = new([.. Enumerable.Range(0, 40).Select(i => (float)Math.Sin(i))], new int[20], new Shape(2), 1);

    [Fact]
    public void A_model_is_adapted_to_inputs_without_labels_as_to_the_same_with_labels()
    {
        var model = new Model(NetworkState.Create(Network.Input(2).Dense(3).BatchNormalization().Dense(2), 1));
        var (with, without) = (model.Adapt(Inputs), model.Adapt(new UnlabelledExamples(Inputs)));
        Assert.All(with.State.StatisticNames, name => Assert.Equal(with.State.Statistic(name).ToArray(), without.State.Statistic(name).ToArray()));
        Assert.NotEqual(model.State.Statistic("batchNorm1.populationMean").ToArray(), without.State.Statistic("batchNorm1.populationMean").ToArray());
    }

    [Fact]
    public void Inputs_without_labels_are_answered_as_the_same_with_labels()
    {
        foreach (var meaning in new[] { OutputMeaning.ClassLogits, OutputMeaning.Values })
        {
            var model = new Model(NetworkState.Create(Network.Input(2).Dense(3).Relu().Dense(2), 1), meaning);
            Assert.Equal(model.Predict(Inputs), model.Predict(new UnlabelledExamples(Inputs)));
        }
    }

    [Fact]
    public void Scoring_and_training_without_labels_are_refused()
    {
        var examples = new UnlabelledExamples(Inputs);
        var network = Network.Input(2).Dense(2);
        Assert.Contains("has no labels", Assert.ThrowsAny<InvalidOperationException>(() => new Model(NetworkState.Create(network, 1)).Evaluate(examples)).Message, StringComparison.Ordinal);
        using var trainer = new Trainer(network, new Sgd(0.1f));
        Assert.Contains("has no labels", Assert.ThrowsAny<InvalidOperationException>(() => trainer.Fit(examples, 4, 1)).Message, StringComparison.Ordinal);
        using var regression = new Trainer(network, new Sgd(0.1f), loss: Loss.MeanSquaredError);
        Assert.Contains("has no labels", Assert.ThrowsAny<InvalidOperationException>(() => regression.Fit(examples, 4, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Scoring_refuses_a_label_out_of_range_by_its_example()
    {
        var model = new Model(NetworkState.Create(Network.Input(2).Dense(2), 1));
        var error = Assert.Throws<InvalidOperationException>(() => model.Evaluate(new OneLabelTooMany()));
        Assert.StartsWith("Example 2 is of class 2, which does not lie in [0, 2)", error.Message, StringComparison.Ordinal);
        // Whoever only answers does not ask.
        Assert.Equal(6, model.Predict(new OneLabelTooMany()).Length);
    }

    private sealed class OneLabelTooMany : IExamples
    {
        public Shape Shape => new(2);

        public int Count => 3;

        public int Classes => 2;

        public int Label(int index) => index;

        public void CopyInput(int index, Span<float> destination) => destination.Fill(index);
    }
}
