namespace Batchwise.Tests.Training;

/// <summary>What takes logits is not given outputs that a bounded function has squeezed.</summary>
public class LogitsTests
{
    public static TheoryData<string> Losses => ["SoftmaxCrossEntropy", "BinaryCrossEntropy"];

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_bounded_function_before_a_loss_on_logits_is_refused_with_the_remedy(string name)
    {
        var loss = name == "SoftmaxCrossEntropy" ? Loss.SoftmaxCrossEntropy : Loss.BinaryCrossEntropy;
        var map = Network.Input(4, 4, 3).Convolution(2, 3);
        var vector = Network.Input(4).Dense(2);
        (Network Network, string Layer)[] cases =
        [
            (vector.Sigmoid(), "sigmoid1"), (vector.Tanh(), "tanh1"), (map.Sigmoid().GlobalAveragePool(), "sigmoid1"),
            (map.Tanh().MaxPool(2, 2).Flatten().Dropout(0.1), "tanh1"), (vector.Then(new Softmax()), "softmax1"),
                (vector.Then(new OwnSigmoid()), "ownSigmoid1"),
            (vector.HardSigmoid(), "hardSigmoid1"), (vector.Relu6(), "clip1"), (map.Sigmoid().GlobalMaxPool(), "sigmoid1"),
        ];
        foreach (var (network, layer) in cases)
        {
            Action[] acts =
            [
                () => _ = new Trainer(network, new Sgd(0.1f), loss: loss), () => Trainer.From(NetworkState.Create(network, 1), new Sgd(0.1f), loss: loss),
                () => _ = new GradientProbe(NetworkState.Create(network, 1), 2, loss), () => _ = new Model(NetworkState.Create(network, 1), loss.Meaning),
            ];
            foreach (var act in acts)
                Assert.Contains($"is taken later, and layer '{layer}' bounds them: remove that layer, or take the outputs as values", Refusal(act), StringComparison.Ordinal);
            using var regression = new Trainer(network, new Sgd(0.1f), loss: Loss.MeanSquaredError);
            Assert.Equal(OutputMeaning.Values, regression.ToModel().Meaning);
        }
    }

    [Fact]
    public void Outputs_that_can_be_anything_large_are_logits()
    {
        var vector = Network.Input(4).Dense(2);
        foreach (var network in (Network[])[vector, vector.Relu(), vector.LeakyRelu(), vector.Prelu(), vector.Sigmoid().BatchNormalization(), vector.Sigmoid().Dense(2)])
        {
            using var trainer = new Trainer(network, new Sgd(0.1f));
            Assert.Equal(OutputMeaning.ClassLogits, trainer.ToModel().Meaning);
        }
    }

    [Fact]
    public void The_softmax_of_a_single_output_is_refused()
    {
        var network = Network.Input(4).Dense(1);
        const string refusal = "The softmax of a single output is 1 whatever the output is";
        Assert.StartsWith(refusal, Refusal(() => _ = new Trainer(network, new Sgd(0.1f))), StringComparison.Ordinal);
        Assert.StartsWith(refusal, Refusal(() => _ = new Model(NetworkState.Create(network, 1))), StringComparison.Ordinal);
        using var binary = new Trainer(network, new Sgd(0.1f), loss: Loss.BinaryCrossEntropy);
        Assert.Equal(OutputMeaning.BinaryLogits, binary.ToModel().Meaning);
    }

    [Fact]
    public void Weights_of_others_with_a_sigmoid_at_the_end_are_read_as_values()
    {
        using var folder = new DataFolder();
        var network = Network.Input(4).Dense(2).Sigmoid();
        var model = new Model(NetworkState.Create(network, 1), OutputMeaning.Values);
        var path = Path.Combine(folder.Path, "weights");
        SafeTensorFile.Write(path, StateTensors.Of(model.State), null);
        var error = Assert.Throws<InvalidDataException>(() => Model.LoadAs(path, network)).Message;
        Assert.StartsWith(path, error, StringComparison.Ordinal);
        Assert.Contains("layer 'sigmoid1' bounds them", error, StringComparison.Ordinal);
        Assert.Equal(model.Predict([1f, 2, 3, 4]), Model.LoadAs(path, network, OutputMeaning.Values).Predict([1f, 2, 3, 4]));
    }

    private static string Refusal(Action act) => Assert.Throws<ArgumentException>(act).Message;

    private sealed record OwnSigmoid : Activation
    {
        public override string Kind => "ownSigmoid";

        public override double Value(double x) => Math.Clamp(x / 6 + 0.5, 0, 1);

        public override double Derivative(double x) => Math.Abs(x) < 3 ? 1 / 6.0 : 0;
    }

    private sealed record Softmax : Layer
    {
        public override string Kind => "softmax";

        public override Shape OutputShape(ReadOnlySpan<Shape> inputs) => OnlyInput(inputs);

        public override void Forward(ReferencePass pass)
        {
            var x = pass.Input();
            var y = pass.Output;
            var sum = 0.0;
            for (var i = 0; i < x.Length; i++)
                sum += y[i] = Math.Exp(x[i]);
            for (var i = 0; i < x.Length; i++)
                y[i] /= sum;
        }

        public override void Backward(ReferencePass pass) => throw new NotSupportedException();
    }
}
