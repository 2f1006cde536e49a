namespace Batchwise.Tests.Networks;

public class LayerNameTests
{
    private static Network Start => Network.Input(4);

    private static IEnumerable<string> Names(Network network) => network.Nodes.Select(network.NameOf);

    [Fact]
    public void Layers_are_numbered_by_their_kind_from_1() => Assert.Equal(
        ["input", "dense1", "sigmoid1", "dense2", "sigmoid2", "leakyRelu1", "batchNorm1"],
        Names(Start.Dense(3).Sigmoid().Dense(3).Sigmoid().LeakyRelu().Then(new BatchNormalization())));

    [Fact]
    public void A_name_that_was_given_stays_and_takes_no_number() =>
        Assert.Equal(["input", "dense1", "logits", "dense2"], Names(Start.Dense(3).Dense(3, name: "logits").Dense(3)));

    [Fact]
    public void Numbering_steps_over_names_that_were_given() =>
        Assert.Equal(["input", "dense2", "dense1", "dense3"], Names(Start.Dense(3).Dense(3, name: "dense1").Dense(3)));

    [Fact]
    public void A_layer_may_bear_the_name_that_the_input_would_have() =>
        Assert.Equal(["input2", "input", "dense1"], Names(Start.Then(new Tanh(), "input").Dense(3)));

    [Fact]
    public void Two_layers_of_one_name_are_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Start.Dense(3, name: "same").Dense(3, name: "same"));
        Assert.Equal("Two layers are named 'same': give one of them another name.", error.Message);
    }

    [Fact]
    public void Branches_may_not_bring_one_name_twice()
    {
        var error = Assert.Throws<ArgumentException>(() => Network.Join(new Sum(), Start.Dense(3, name: "same"), Start.Dense(3, name: "same")));
        Assert.Contains("has 2", error.Message, StringComparison.Ordinal);
        var trunk = Start;
        error = Assert.Throws<ArgumentException>(() => Network.Join(new Sum(), trunk.Dense(3, name: "same"), trunk.Dense(3, name: "same")));
        Assert.Equal("Two layers are named 'same': give one of them another name.", error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a b")]
    [InlineData("a\tb")]
    [InlineData("a\u00a0b")]
    [InlineData("a\"b")]
    [InlineData("a\0b")]
    [InlineData("a\ufffdb")]
    public void A_name_that_a_model_file_could_not_hold_is_refused(string name)
    {
        var error = Assert.Throws<ArgumentException>(() => Start.Dense(3, name: name));
        Assert.StartsWith($"'{name}' cannot name a layer: a name is not empty and has no dot, space, quote or control character.", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Not among the above: an attribute cannot hold it.</summary>
    [Fact]
    public void Half_of_a_surrogate_pair_is_refused_as_a_name()
    {
        Assert.Throws<ArgumentException>(() => Start.Dense(3, name: "a\ud800b"));
        Assert.Throws<ArgumentException>(() => Start.Dense(3, name: "\udc00"));
    }

    [Theory]
    [InlineData("conv2/3x3_reduce")]
    [InlineData("\u03b3-\u03b2")]
    [InlineData("\ud83c\udf93")]
    public void Other_names_go_through_a_model_file(string name)
    {
        var read = NetworkFormat.Read(NetworkFormat.Write(Start.Dense(3, name: name)), StandardLayers.Registry);
        Assert.Equal(["input", name], Names(read));
    }

    [Fact]
    public void A_kind_that_cannot_begin_a_name_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Start.Then(new OddlyKind("my layer")));
        Assert.StartsWith("'my layer' cannot be the kind of a layer", error.Message, StringComparison.Ordinal);
    }

    private sealed record OddlyKind(string Word) : Layer
    {
        public override string Kind => Word;

        public override Shape OutputShape(ReadOnlySpan<Shape> inputs) => inputs[0];

        public override void Forward(ReferencePass pass)
        {
        }

        public override void Backward(ReferencePass pass)
        {
        }
    }
}
