namespace Batchwise.Tests.Normalization;

public class InsertionTests
{
    private static Network Plain => Network.Input(28, 28, 1).Flatten().Dense(100).Sigmoid().Dense(100).Sigmoid().Dense(100).Sigmoid().Dense(10);

    [Fact]
    public void Normalization_goes_before_each_nonlinearity_and_takes_the_biases_place()
    {
        var network = Plain.WithBatchNormalization();
        NetworkVerifier.Verify(network);
        Assert.Equal(99_710, Plain.ParameterCount);
        Assert.Equal(100_010, network.ParameterCount);
        foreach (var node in network.Nodes.Where(node => node.Layer is Sigmoid))
            Assert.IsType<BatchNormalization>(node.Inputs[0].Layer);
        Assert.Equal([false, false, false, true], network.Nodes.Select(node => node.Layer).OfType<Dense>().Select(dense => dense.Bias));
    }

    [Fact]
    public void Only_chosen_nonlinearities_are_normalized()
    {
        var network = Plain.WithBatchNormalization(new() { Epsilon = 1e-3 }, name => name == "sigmoid2");
        Assert.Equal(1e-3, Assert.IsType<BatchNormalization>(Assert.Single(network.Nodes, node => node.Layer is BatchNormalization).Layer).Epsilon);
        Assert.IsType<BatchNormalization>(network["sigmoid2"].Inputs[0].Layer);
    }

    [Fact]
    public void A_bias_that_something_else_uses_stays()
    {
        var trunk = Network.Input(4).Dense(3);
        var network = Network.Join(new Sum(), trunk.Relu(), trunk).WithBatchNormalization();
        Assert.True(network.Nodes.Select(node => node.Layer).OfType<Dense>().Single().Bias);
    }

    [Fact]
    public void Nonsense_is_refused()
    {
        static string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;
        Assert.Contains("no nonlinearity to normalize", Message(() => Network.Input(4).Dense(3).WithBatchNormalization()), StringComparison.Ordinal);
        Assert.Contains("sigmoid1, sigmoid2, sigmoid3", Message(() => Plain.WithBatchNormalization(where: _ => false)), StringComparison.Ordinal);
        Assert.Contains("'sigmoid1' is normalized already", Message(() => Plain.WithBatchNormalization().WithBatchNormalization()), StringComparison.Ordinal);
    }
}
