namespace Batchwise.Tests.Networks;

public class NetworkPrinterTests
{
    private static Network Mnist => Network.Input(28, 28, 1).Flatten()
        .Dense(100).Sigmoid().Dense(100).Sigmoid().Dense(100).Sigmoid().Dense(10);

    /// <summary>The paper's section 4.1: 99,400 weights and 310 biases.</summary>
    [Fact]
    public void The_network_of_the_papers_MNIST_experiment_prints_as_a_table()
    {
        Assert.Equal(
            """
            layer     inputs    output       parameters  multiply-adds  settings
            input               [28, 28, 1]                             shape=28x28x1
            flatten1  input     [784]
            dense1    flatten1  [100]            78,500         78,400  outputs=100 bias=true weights=xavier
            sigmoid1  dense1    [100]
            dense2    sigmoid1  [100]            10,100         10,000  outputs=100 bias=true weights=xavier
            sigmoid2  dense2    [100]
            dense3    sigmoid2  [100]            10,100         10,000  outputs=100 bias=true weights=xavier
            sigmoid3  dense3    [100]
            dense4    sigmoid3  [10]              1,010          1,000  outputs=10 bias=true weights=xavier
            total                                99,710         99,400

            """.ReplaceLineEndings("\n"),
            Mnist.ToString());
        Assert.Equal((99_710, 99_400), (Mnist.ParameterCount, Mnist.MultiplyAdds));
    }

    [Fact]
    public void With_batch_normalization_in_place_of_the_hidden_biases_it_has_100_010_parameters()
    {
        var normalized = Mnist.Rewrite((node, inputs) => node.Layer switch
        {
            Dense { Outputs: 100 } dense => new Node(new BatchNormalization(), [new Node(dense with { Bias = false }, inputs)]),
            _ => null,
        });
        Assert.Equal(100_010, normalized.ParameterCount);
        Assert.Equal(Mnist.MultiplyAdds, normalized.MultiplyAdds);
        Assert.Contains(
            "batchNorm1  dense1      [100]               200                 epsilon=1E-05 newBatchWeight=0.1 cumulativeAverage=false "
            + "trainAffine=true updateStatistics=true useBatchStatistics=true\n", normalized.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_join_lists_its_inputs_in_order()
    {
        var trunk = Network.Input(6).Dense(4, Initializer.He(0.25), bias: false);
        Assert.Equal(
            """
            layer   inputs               output  parameters  multiply-adds  settings
            input                        [6]                                shape=6
            dense1  input                [4]             24             24  outputs=4 bias=false weights=he(0.25)
            tanh1   dense1               [4]
            sum1    tanh1 dense1 dense1  [4]
            total                                        24             24

            """.ReplaceLineEndings("\n"),
            Network.Join(new Sum(), trunk.Tanh(), trunk, trunk).ToString());
    }
}
