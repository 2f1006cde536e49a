namespace Batchwise.Tests.Networks;

public class NetworkTests
{
    private static readonly Network Trunk = Network.Input(6).Dense(4).Relu();

    [Fact]
    public void The_builder_gives_every_layer_its_settings_and_shape()
    {
        var network = Network.Input(2, 3, 4).Prelu(0.3).Flatten().Dense(7, Initializer.He(0.1), bias: false).Sigmoid().Tanh()
            .Relu().LeakyRelu(0.2).Dropout(0.4).Dense(5);
        Layer[] layers =
        [
            new Input(new Shape(2, 3, 4)), new Prelu { InitialSlope = 0.3 }, new Flatten(), new Dense(7) { Weights = Initializer.He(0.1), Bias = false },
            new Sigmoid(), new Tanh(), new Relu(), new LeakyRelu(0.2), new Dropout(0.4), new Dense(5),
        ];
        Assert.Equal(layers, network.Nodes.Select(node => node.Layer));
        Assert.Equal(
            ["[2, 3, 4]", "[2, 3, 4]", "[24]", "[7]", "[7]", "[7]", "[7]", "[7]", "[7]", "[5]"], network.Nodes.Select(node => node.Shape.ToString()));
        Assert.Equal((new Shape(2, 3, 4), new Shape(5)), (network.InputShape, network.OutputShape));
        Assert.Equal((network.Nodes[0], network.Nodes[^1]), (network.InputNode, network.Output));
        Assert.Equal(4 + 24 * 7 + 7 * 5 + 5, network.ParameterCount);
        Assert.Equal(24 * 7 + 7 * 5, network.MultiplyAdds);
    }

    [Fact]
    public void A_network_never_changes()
    {
        var before = Trunk.ToString();
        _ = Trunk.Dense(3).Sigmoid();
        _ = Trunk.Rewrite((node, inputs) => node.Layer is Relu ? new Node(new Tanh(), inputs) : null);
        Assert.Equal(before, Trunk.ToString());
    }

    [Fact]
    public void Networks_that_grow_from_one_share_its_nodes()
    {
        Assert.Equal(Trunk.Nodes, Trunk.Dense(3).Nodes.Take(3));
        Assert.Same(Trunk.Output, Trunk.Tanh().Nodes[2]);
    }

    [Fact]
    public void Branches_join_and_the_trunk_is_there_once()
    {
        var network = Network.Join(new Sum(), Trunk.Dense(4), Trunk, Trunk.Dense(4)).Relu();
        Assert.Equal(["input", "dense1", "relu1", "dense2", "dense3", "sum1", "relu2"], network.Nodes.Select(network.NameOf));
        Assert.Equal(["dense2", "relu1", "dense3"], network["sum1"].Inputs.Select(network.NameOf));
        Assert.Equal(["dense2", "dense3", "sum1"], network.ConsumersOf(network["relu1"]).Select(network.NameOf));
        Assert.Empty(network.ConsumersOf(network.Output));
        NetworkVerifier.Verify(network);
    }

    [Fact]
    public void A_consumer_that_takes_one_output_twice_is_one_consumer()
    {
        var network = Network.Join(new Sum(), Trunk, Trunk);
        Assert.Equal([network.Output], network.ConsumersOf(Trunk.Output));
        Assert.Equal([Trunk.Output, Trunk.Output], network.Output.Inputs);
    }

    [Fact]
    public void Every_node_comes_after_its_inputs_whichever_branch_is_named_first()
    {
        var deep = Trunk.Tanh().Sigmoid().Tanh();
        foreach (var network in new[] { Network.Join(new Sum(), deep, Trunk), Network.Join(new Sum(), Trunk, deep) })
        {
            NetworkVerifier.Verify(network);
            Assert.Equal(7, network.Nodes.Length);
            Assert.Same(network.InputNode, network.Nodes[0]);
        }
    }

    [Fact]
    public void Ten_thousand_layers_do_not_exhaust_the_stack()
    {
        // Not Then after Then: each makes a network of all layers so far.
        var node = new Node(new Input(new Shape(2)), []);
        for (var i = 0; i < 10_000; i++)
            node = new Node(new Tanh(), [node]);
        var network = new Network(node);
        Assert.Equal("tanh10000", network.NameOf(network.Output));
        Assert.Equal(10_001, network.Rewrite((_, _) => null).Nodes.Length);
    }

    [Fact]
    public void A_lattice_is_walked_once_and_not_once_per_path()
    {
        // 2^60 paths lead through it.
        var network = Trunk;
        for (var i = 0; i < 60; i++)
            network = Network.Join(new Sum(), network, network);
        Assert.Equal(63, network.Nodes.Length);
    }

    [Fact]
    public void A_node_of_another_network_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => Trunk.NameOf(Trunk.Dense(2).Output));
        Assert.StartsWith("The node is not part of this network.", error.Message, StringComparison.Ordinal);
        Assert.Same(Trunk.Nodes[1], Trunk["dense1"]);
    }

    [Fact]
    public void A_name_that_no_layer_bears_is_answered_with_those_that_are_there()
    {
        var error = Assert.Throws<ArgumentException>(() => Trunk["dense2"]);
        Assert.StartsWith("The network has no layer 'dense2'; it has input, dense1, relu1.", error.Message, StringComparison.Ordinal);
    }
}
