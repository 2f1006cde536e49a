using System.Reflection;
using CsCheck;

namespace Batchwise.Tests.Networks;

public class NetworkFormatTests
{
    [Fact]
    public void The_text_is_as_documented() => Assert.Equal(
        """{"version":1,"layers":["""
        + """{"name":"input","kind":"input","inputs":[],"settings":{"shape":"28x28x1"}},"""
        + """{"name":"flatten1","kind":"flatten","inputs":["input"],"settings":{}},"""
        + """{"name":"logits","kind":"dense","inputs":["flatten1"],"settings":{"outputs":"10","bias":"true","weights":"gaussian(0.1)"}}]}""",
        NetworkFormat.Write(Network.Input(28, 28, 1).Flatten().Dense(10, Initializer.Gaussian(0.1), name: "logits")));

    [Fact]
    public void Any_network_comes_back_as_it_was() => Property.Holds(Gen.OneOf(LayerSamples.Networks, LayerSamples.MapNetworks), network =>
    {
        var text = NetworkFormat.Write(network);
        var read = NetworkFormat.Read(text, LayerSamples.Registry);
        NetworkVerifier.Verify(read);
        Assert.Equal(network.Nodes.Select(node => node.Layer), read.Nodes.Select(node => node.Layer));
        Assert.Equal(network.Nodes.Select(network.NameOf), read.Nodes.Select(read.NameOf));
        Assert.Equal(
            network.Nodes.Select(node => string.Join(' ', node.Inputs.Select(network.NameOf))),
            read.Nodes.Select(node => string.Join(' ', node.Inputs.Select(read.NameOf))));
        Assert.Equal(network.ToString(), read.ToString());
        Assert.Equal(text, NetworkFormat.Write(read));
    }, count: 500);

    /// <summary>What the property above goes through is everything: each layer, with at least two values of each setting.</summary>
    [Fact]
    public void Every_setting_of_every_layer_takes_part()
    {
        var seen = new Dictionary<PropertyInfo, HashSet<string>>();
        var kinds = new HashSet<Type>();
        void Collect(Network network)
        {
            foreach (var node in network.Nodes)
            {
                kinds.Add(node.Layer.GetType());
                foreach (var property in Settings(node.Layer.GetType()))
                {
                    if (!seen.TryGetValue(property, out var values))
                        seen[property] = values = [];
                    values.Add(property.GetValue(node.Layer)!.ToString()!);
                }
            }
        }
        Property.Holds(LayerSamples.Networks, Collect, count: 500);
        Property.Holds(LayerSamples.MapNetworks, Collect, count: 300);

        var layers = typeof(Layer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Layer)) && !type.IsAbstract);
        Assert.All(layers.SelectMany(Settings), setting =>
            Assert.True(seen.TryGetValue(setting, out var values) && values.Count > 1, $"{setting.DeclaringType!.Name}.{setting.Name} does not vary."));
        Assert.Empty(layers.Except(kinds));
    }

    [Fact]
    public void What_is_added_to_a_network_that_was_read_is_numbered_on()
    {
        var read = NetworkFormat.Read(NetworkFormat.Write(Network.Input(3).Dense(2).Dense(2)), StandardLayers.Registry);
        var longer = read.Dense(2);
        Assert.Equal(["input", "dense1", "dense2", "dense3"], longer.Nodes.Select(longer.NameOf));
    }

    [Fact]
    public void A_network_without_a_layer_goes_through() =>
        Assert.Equal(new Shape(3, 4), NetworkFormat.Read(NetworkFormat.Write(Network.Input(3, 4)), StandardLayers.Registry).OutputShape);

    private static IEnumerable<PropertyInfo> Settings(Type layer) => layer
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => typeof(Layer).GetProperty(property.Name) is null);
}
