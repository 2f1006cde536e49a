using static System.FormattableString;

namespace Batchwise.Tests.Models;

/// <summary>Figure 5 of the paper, and its contradictions.</summary>
public class InceptionTests(ITestOutputHelper output)
{
    [Fact]
    public void The_figure_s_columns_contradict_its_outputs_in_4c_4d_and_4e()
    {
        var conflicts = new List<string>();
        var channels = 192;
        output.WriteLine("module  outputs as printed  sum of columns");
        foreach (var row in InceptionRow.Columns)
        {
            channels = row.Filters(channels);
            output.WriteLine(Invariant($"{row.Name,-6}  {row.Outputs,18}  {channels,14}{(channels == row.Outputs ? "" : "  !")}"));
            if (channels != row.Outputs)
                conflicts.Add($"{row.Name} {channels} {row.Outputs}");
        }
        Assert.Equal(["4c 608 576", "4d 608 576", "4e 1056 1024"], conflicts);
        channels = 192;
        Assert.All(InceptionRow.Of(InceptionReading.Outputs), row => Assert.Equal(row.Outputs, channels = row.Filters(channels)));
    }

    [Theory]
    [InlineData(InceptionReading.Columns, InceptionStem.Plain, 11.29, 2.03)]
    [InlineData(InceptionReading.Outputs, InceptionStem.Plain, 11.19, 2.02)]
    [InlineData(InceptionReading.Columns, InceptionStem.Separable, 11.28, 1.95)]
    [InlineData(InceptionReading.Outputs, InceptionStem.Separable, 11.19, 1.93)]
    public void No_reading_has_the_13_6_million_parameters_that_the_paper_claims(
        InceptionReading reading, InceptionStem stem, double millionParameters, double billionMultiplyAdds)
    {
        var network = BnInception.Create(reading: reading, stem: stem);
        output.WriteLine(Invariant($"{reading}, {stem}: {network.ParameterCount:N0} parameters (the paper claims 13.6 million), {network.MultiplyAdds:N0} multiply-adds an image"));
        Assert.Equal(millionParameters, network.ParameterCount / 1e6, 0.0051);
        Assert.Equal(billionMultiplyAdds, network.MultiplyAdds / 1e9, 0.0051);
        Assert.NotEqual(13.6, network.ParameterCount / 1e6, 1.0);
    }

    [Fact]
    public void Every_module_gives_the_figure_s_shape_after_its_stride()
    {
        var network = Inception.Create();
        (string Name, int Side, int Channels)[] expected =
        [
            ("conv1", 112, 64), ("pool1", 56, 64), ("lrn1", 56, 64), ("conv2/3x3", 56, 192), ("lrn2", 56, 192), ("pool2", 28, 192),
            ("inception3a", 28, 256), ("inception3b", 28, 320), ("inception3c", 14, 576), ("inception4a", 14, 576), ("inception4b", 14, 576),
            ("inception4c", 14, 608), ("inception4d", 14, 608), ("inception4e", 7, 1056), ("inception5a", 7, 1024), ("inception5b", 7, 1024),
        ];
        Assert.All(expected, row => Assert.Equal(new Shape(row.Side, row.Side, row.Channels), network[row.Name].Shape));
        Assert.Equal(new Shape(1024), network["pool"].Shape);
        Assert.Equal(0.4, ((Dropout)network["dropout"].Layer).Probability);
        Assert.Equal(new Shape(1000), network.OutputShape);
        Assert.IsType<AveragePool>(network["inception5a/pool"].Layer);
        Assert.IsType<MaxPool>(network["inception5b/pool"].Layer);
    }

    [Fact]
    public void BN_Inception_is_Inception_normalized_and_without_what_that_makes_needless()
    {
        var inception = Inception.Create();
        var normalized = BnInception.Create();
        Assert.Equal(69, inception.Nodes.Count(node => node.Layer is Relu));
        Assert.Equal(69, normalized.Nodes.Count(node => node.Layer is BatchNormalization));
        Assert.DoesNotContain(normalized.Nodes, node => node.Layer is LocalResponseNormalization or Dropout or Convolution { Bias: true });
        // As the peer has them: the table by its columns, without dropout and local response normalization.
        Assert.Equal(11_285_224, normalized.ParameterCount);
        Assert.Equal(11_275_208, BnInception.Create(batchNormalized: false).ParameterCount);
        Assert.Equal(11_275_208, inception.ParameterCount);
        Assert.Equal("inception4e/double3x3b/batchNorm", normalized.NameOf(normalized["inception4e/double3x3b/relu"].Inputs[0]));
        Assert.Equal(normalized.ToString(), NetworkFormat.Read(NetworkFormat.Write(normalized), StandardLayers.Registry).ToString());
    }

    [Theory]
    [InlineData(32)]
    [InlineData(75)]
    [InlineData(96)]
    [InlineData(299)]
    public void It_takes_images_of_any_size(int size)
    {
        var network = BnInception.Create(classes: 7, size: size);
        Assert.Equal(new Shape(7), network.OutputShape);
        Assert.Equal((size + 31) / 32, network["inception5b"].Shape[0]);
    }

    [Theory]
    [InlineData(112)]
    [InlineData(56)]
    [InlineData(28)]
    [InlineData(14)]
    public void On_even_maps_its_pools_are_the_ports_in_ceiling_mode_without_padding(int side)
    {
        var ours = ((MaxPool)Inception.Create()["pool1"].Layer).Window.Place(new Shape(side, side, 1), "pool");
        var ports = Window.Square(3, 2).Place(new Shape(side, side, 1), "pool", ceiling: true);
        Assert.Equal((ports.Height, ports.Width, ports.Top, ports.Left), (ours.Height, ours.Width, ours.Top, ours.Left));
    }
}
