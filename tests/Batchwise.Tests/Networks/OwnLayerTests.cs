namespace Batchwise.Tests.Networks;

/// <summary>A user's own layer does all that ours do; its gradients are checked with ours, among the <see cref="GradientCases"/>.</summary>
public class OwnLayerTests
{
    private static Network Network { get; } = Batchwise.Network.Input(4).Dense(3).Then(new Swish { Initial = 1.5 }).Then(new Swish(), "gate").Dense(2);

    private static LayerRegistry Registry => StandardLayers.Registry.With("swish", attributes => new Swish { Initial = attributes.Number("initial") });

    [Fact]
    public void It_is_built_named_and_counted()
    {
        Assert.Equal(["input", "dense1", "swish1", "gate", "dense2"], Network.Nodes.Select(Network.NameOf));
        Assert.Equal(new Shape(3), Network["gate"].Shape);
        Assert.Equal(4 * 3 + 3 + 3 + 3 + 3 * 2 + 2, Network.ParameterCount);
        NetworkVerifier.Verify(Network);
    }

    [Fact]
    public void It_is_printed_with_its_settings() =>
        Assert.Contains("swish1  dense1  [3]              3                 initial=1.5\n", Network.ToString(), StringComparison.Ordinal);

    [Fact]
    public void Its_parameters_are_in_the_state_and_drawn_by_its_initializer()
    {
        var state = NetworkState.Create(Network, seed: 1);
        Assert.Equal([1.5f, 1.5f, 1.5f], state.Parameter("swish1.b"));
        Assert.Equal([1f, 1f, 1f], state.Parameter("gate.b"));
        GC.KeepAlive(state);
    }

    [Fact]
    public void It_goes_through_a_model_file_with_a_registry_that_knows_it()
    {
        var read = NetworkFormat.Read(NetworkFormat.Write(Network), Registry);
        Assert.Equal(Network.Nodes.Select(node => node.Layer), read.Nodes.Select(node => node.Layer));
        Assert.Equal(Network.ToString(), read.ToString());
    }

    [Fact]
    public void A_registry_that_does_not_know_it_says_what_to_do()
    {
        var error = Assert.Throws<InvalidDataException>(() => NetworkFormat.Read(NetworkFormat.Write(Network), StandardLayers.Registry));
        Assert.StartsWith(
            "Layer 'swish1' of the network's description is wrong: the kind of layer 'swish' is unknown; known are ",
            error.Message, StringComparison.Ordinal);
        Assert.Contains(" batchNorm, ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("; pass a LayerRegistry that knows it.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_runs_by_its_reference()
    {
        var reference = new ReferenceNetwork(Batchwise.Network.Input(2).Then(new Swish()), capacity: 1, NetworkMode.Inference);
        new double[] { 1, -2 }.CopyTo(reference.Pass("swish1").Parameter(0));
        // 3 / (1 + exp(-3)) and -1 / (1 + exp(-2)): b is per channel.
        Numbers.AssertClose([3 / (1 + Math.Exp(-3)), -1 / (1 + Math.Exp(-2))], reference.Forward([3, -1], count: 1), 1e-15);
    }
}
