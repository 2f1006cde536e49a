namespace Batchwise.Tests.Models;

public class NamedNetworkTests
{
    [Fact]
    public void Every_name_is_a_network_and_no_other_word_is()
    {
        Assert.All(NamedNetworks.Names, name => NetworkVerifier.Verify(NamedNetworks.Create(name)));
        Assert.Contains("mnist-mlp-plain", Assert.Throws<ArgumentException>(() => NamedNetworks.Create("mnist")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_paper_s_network_has_three_hundred_sigmoids_normalized_or_not()
    {
        var plain = NamedNetworks.Create(NamedNetworks.MnistPlain);
        Assert.Equal(784 * 100 + 100 + 2 * (100 * 100 + 100) + 100 * 10 + 10, plain.ParameterCount);
        Assert.Equal(3, plain.Nodes.Count(node => node.Layer is Sigmoid));
        var normalized = NamedNetworks.Create(NamedNetworks.Mnist);
        // gamma and beta for each bias that goes.
        Assert.Equal(plain.ParameterCount + 300, normalized.ParameterCount);
        Assert.Equal(3, normalized.Nodes.Count(node => node.Layer is BatchNormalization));
    }
}
