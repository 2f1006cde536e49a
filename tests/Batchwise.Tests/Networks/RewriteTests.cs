namespace Batchwise.Tests.Networks;

public class RewriteTests
{
    private static readonly Network Start = Network.Input(4).Dense(3, name: "first").Sigmoid().Dense(3).Sigmoid().Dense(2, name: "logits");

    private static IEnumerable<string> Names(Network network) => network.Nodes.Select(network.NameOf);

    [Fact]
    public void Nothing_replaced_is_the_same_network()
    {
        var same = Start.Rewrite((_, _) => null);
        Assert.Equal(Start.Nodes, same.Nodes);
    }

    [Fact]
    public void A_layer_is_inserted_and_what_comes_before_is_shared()
    {
        var result = Start.Rewrite((node, inputs) => node.Layer is Sigmoid ? new Node(node.Layer, [new Node(new BatchNormalization(), inputs)]) : null);
        NetworkVerifier.Verify(result);
        Assert.Equal(["input", "first", "batchNorm1", "sigmoid1", "dense1", "batchNorm2", "sigmoid2", "logits"], Names(result));
        Assert.Same(Start["first"], result["first"]);
        Assert.NotSame(Start["logits"], result["logits"]);
    }

    [Fact]
    public void A_layer_is_removed_by_giving_its_input()
    {
        var result = Start.Rewrite((node, inputs) => node.Layer is Sigmoid ? inputs[0] : null);
        NetworkVerifier.Verify(result);
        Assert.Equal(["input", "first", "dense1", "logits"], Names(result));
    }

    [Fact]
    public void The_output_and_the_input_can_be_replaced()
    {
        var result = Start.Rewrite((node, inputs) => node.Layer switch
        {
            Input => new Node(new Input(new Shape(9)), []),
            Dense { Outputs: 2 } => new Node(new Dense(5), inputs, "five"),
            _ => null,
        });
        NetworkVerifier.Verify(result);
        Assert.Equal((new Shape(9), new Shape(5)), (result.InputShape, result.OutputShape));
        Assert.Equal(new Shape(9, 3), result["first"].Parameters[0].Shape);
        Assert.Equal("five", result.NameOf(result.Output));
    }

    [Fact]
    public void A_node_of_several_consumers_is_replaced_once()
    {
        var trunk = Network.Input(4).Tanh();
        var calls = 0;
        var result = Network.Join(new Sum(), trunk.Dense(4), trunk).Rewrite((node, inputs) =>
        {
            calls += node.Layer is Tanh ? 1 : 0;
            return node.Layer is Tanh ? new Node(new Relu(), inputs) : null;
        });
        Assert.Equal(1, calls);
        Assert.Equal(["input", "relu1", "dense1", "sum1"], Names(result));
        Assert.Same(result["relu1"], result["sum1"].Inputs[1]);
    }

    [Fact]
    public void A_replacement_that_does_not_fit_is_refused_where_it_does_not()
    {
        var error = Assert.Throws<ArgumentException>(() =>
            Network.Input(2, 2, 1).Flatten().Dense(3).Rewrite((node, inputs) => node.Layer is Flatten ? inputs[0] : null));
        Assert.Equal("A dense layer takes vectors, not samples of shape [2, 2, 1]: put Flatten() before it.", error.Message);
    }
}
