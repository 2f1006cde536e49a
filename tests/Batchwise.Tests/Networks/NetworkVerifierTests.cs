using System.Collections.Immutable;

namespace Batchwise.Tests.Networks;

public class NetworkVerifierTests
{
    [Fact]
    public void Networks_as_the_builder_makes_them_hold_what_must_hold()
    {
        foreach (var network in GradientCases.All.Values)
            NetworkVerifier.Verify(network);
    }

    [Fact]
    public void A_layer_that_changes_its_mind_about_its_shape_is_named() =>
        Refused(new Liar(), "Layer 'liar1' has shape [1], which its layer would not give.");

    [Theory]
    [InlineData(new[] { "a", "a" }, new string[0])]
    [InlineData(new[] { "a", "b" }, new[] { "b" })]
    [InlineData(new string[0], new[] { "c", "c" })]
    public void A_layer_whose_tensors_share_a_name_is_named(string[] parameters, string[] statistics) =>
        Refused(new Named(parameters, statistics), "Layer 'named1' has two parameters or statistics of one name.");

    private static void Refused(Layer layer, string sentence)
    {
        var network = Network.Input(3).Then(layer);
        Assert.Equal(sentence, Assert.Throws<InvalidOperationException>(() => NetworkVerifier.Verify(network)).Message);
    }

    private abstract record Idle : Layer
    {
        public override void Forward(ReferencePass pass)
        {
        }

        public override void Backward(ReferencePass pass)
        {
        }
    }

    private sealed record Liar : Idle
    {
        private int asked;

        public override string Kind => "liar";

        public override Shape OutputShape(ReadOnlySpan<Shape> inputs) => new(++asked);
    }

    private sealed record Named(string[] ParameterNames, string[] StatisticNames) : Idle
    {
        public override string Kind => "named";

        public override Shape OutputShape(ReadOnlySpan<Shape> inputs) => inputs[0];

        public override ImmutableArray<ParameterSpec> Parameters(ReadOnlySpan<Shape> inputs) =>
            [.. ParameterNames.Select(name => new ParameterSpec(name, new Shape(1), ParameterRole.Weight, Initializer.Zeros))];

        public override ImmutableArray<StatisticSpec> Statistics(ReadOnlySpan<Shape> inputs) =>
            [.. StatisticNames.Select(name => new StatisticSpec(name, 1, StatisticRole.Moving, 0))];
    }
}
