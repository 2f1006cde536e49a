namespace Batchwise.Tests.Models;

/// <summary>The networks for images of 32 x 32.</summary>
public class SmallNetworkTests
{
    [Fact]
    public void Inception_small_has_as_many_parameters_and_products_as_its_original()
    {
        var network = InceptionSmall.Create();
        // The peer counts the same.
        Assert.Equal(1_651_114, network.ParameterCount);
        Assert.Equal(new Shape(8, 8, 336), network["inception3b"].Shape);
        // 204 million at the original's 28 x 28.
        Assert.Equal(204, InceptionSmall.Create(size: 28).MultiplyAdds / 1e6, 1.0);
        Assert.Equal(network.ParameterCount - network.Nodes.Where(node => node.Layer is BatchNormalization).Sum(node => node.Shape.Channels), InceptionSmall.Create(batchNormalized: false).ParameterCount);
    }

    [Fact]
    public void Its_base_has_what_the_paper_s_inception_has_and_lets_it_go()
    {
        var network = InceptionSmall.CreateBase();
        Assert.Single(network.Nodes, node => node.Layer is LocalResponseNormalization);
        Assert.Single(network.Nodes, node => node.Layer is Dropout { Probability: 0.4 });
        Assert.DoesNotContain(network.Nodes, node => node.Layer is BatchNormalization);
        var without = network.WithoutDropout().WithoutLocalResponseNormalization();
        Assert.Equal(InceptionSmall.Create(batchNormalized: false).ToString(), without.ToString());
        Assert.Equal(without.ToString(), without.WithoutDropout().WithoutLocalResponseNormalization().ToString());
        Assert.Equal(3, network.Nodes.Count(node => node.Layer is LocalResponseNormalization or Dropout or Input));
    }

    [Theory]
    [InlineData(0.25, 24, 12, 40)]
    [InlineData(0.5, 48, 24, 80)]
    [InlineData(0.01, 4, 4, 4)]
    [InlineData(2, 192, 96, 320)]
    public void Its_width_scales_filters_in_steps_of_four(double width, int stem, int second, int last)
    {
        var network = InceptionSmall.Create(width: width);
        Assert.Equal(stem, network["conv1"].Shape.Channels);
        Assert.Equal(second, network["inception1b/3x3"].Shape.Channels);
        Assert.Equal(last, network["inception3b/3x3"].Shape.Channels);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(101)]
    public void A_width_that_is_none_is_refused(double width) =>
        Assert.Contains("A width lies in (0, 100]", Assert.Throws<ArgumentOutOfRangeException>(() => InceptionSmall.Create(width: width)).Message, StringComparison.Ordinal);

    [Fact]
    public void ResNet_20_has_twenty_layers_and_shortcuts_by_option_B()
    {
        var network = ResNet20.Create();
        // The peer counts the same.
        Assert.Equal(272_474, network.ParameterCount);
        Assert.Equal(20, network.Nodes.Count(node => node.Layer is Dense || (node.Layer is Convolution && !network.NameOf(node).EndsWith("/shortcut", StringComparison.Ordinal))));
        Assert.Equal(2, network.Nodes.Count(node => network.NameOf(node).EndsWith("/shortcut", StringComparison.Ordinal)));
        Assert.Equal(new Shape(8, 8, 64), network["block64c"].Shape);
        Assert.All(network.Nodes.Where(node => node.Layer is Convolution), node => Assert.IsType<BatchNormalization>(Assert.Single(network.ConsumersOf(node)).Layer));
        var plain = ResNet20.Create(batchNormalized: false);
        Assert.DoesNotContain(plain.Nodes, node => node.Layer is BatchNormalization or Convolution { Bias: false });
    }

    [Fact]
    public void With_zero_gamma_every_block_begins_as_its_shortcut()
    {
        var network = ResNet20.Create(zeroGamma: true);
        var state = NetworkState.Create(network, 1);
        var zero = state.ParameterNames.Where(name => name.EndsWith(".gamma", StringComparison.Ordinal) && state.Parameter(name)[0] == 0).ToArray();
        Assert.Equal(9, zero.Length);
        Assert.All(zero, name => Assert.EndsWith("/conv2/batchNorm.gamma", name, StringComparison.Ordinal));

        var reference = new ReferenceNetwork(network, 2, NetworkMode.Training);
        reference.Load(state);
        var random = new Philox(1, RandomPurpose.Experiment, 0);
        var images = new double[2 * network.InputShape.Size];
        foreach (ref var pixel in images.AsSpan())
            pixel = random.NextNormal();
        reference.Forward(images, 2);
        Assert.Equal(reference.Pass(network["conv1/relu"]).Output.ToArray(), reference.Pass(network["block16c/relu"]).Output.ToArray());
        Assert.Equal(network.ToString(), NetworkFormat.Read(NetworkFormat.Write(network), StandardLayers.Registry).ToString());
        Assert.Contains("zeroGamma", Assert.Throws<ArgumentException>(() => ResNet20.Create(batchNormalized: false, zeroGamma: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gamma_starts_where_it_is_told_and_files_say_so_only_then()
    {
        var state = NetworkState.Create(Network.Input(3).BatchNormalization(new BatchNormalization { InitialGamma = 0.25 }), 1);
        Assert.Equal([0.25f, 0.25f, 0.25f], state.Parameter("batchNorm1.gamma").ToArray());
        Assert.DoesNotContain("initialGamma", new BatchNormalization().Attributes.ToString(), StringComparison.Ordinal);
        Assert.Contains("finite number, not NaN", Assert.Throws<ArgumentException>(() => Network.Input(3).BatchNormalization(new BatchNormalization { InitialGamma = double.NaN })).Message, StringComparison.Ordinal);
    }
}
