using Batchwise.Tests.Networks;

namespace Batchwise.Tests.Execution;

/// <summary>Layers of the library do not run by their float64 references in a plan, on vectors or on maps, but for those that are listed.</summary>
public class NoReferenceTests
{
    // Twelve channels: what group normalization can divide, and what fills no vector.
    private static readonly Network[] Inputs = [Network.Input(12), Network.Input(3, 2, 12)];

    public static TheoryData<string> Cases => [.. Networks.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_layer_has_a_kernel_or_is_listed(string name)
    {
        var network = Networks[name];
        foreach (var mode in Enum.GetValues<NetworkMode>())
        {
            var plan = Plan.Compile(NetworkState.Create(network, 1), mode, 4, StandardLayers.Catalogue, inputGradient: mode == NetworkMode.Training);
            // Whoever gives one of these a kernel takes it off the list.
            Assert.Equal(network.Nodes.Any(RunsByReference), plan.Steps.Any(step => step.Operation.StartsWith("reference", StringComparison.Ordinal)));
        }
    }

    // What experiments need and no network that is to be fast.
    private static bool RunsByReference(Node node) => node.Layer is ActivationNoise
        || (node.Shape.Rank > 1 && node.Layer is GhostBatchNormalization or ChannelAffine { PerActivation: true });

    [Fact]
    public void Every_layer_is_among_the_cases()
    {
        var layers = typeof(Layer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Layer)) && !type.IsAbstract);
        var seen = Networks.Values.SelectMany(network => network.Nodes).Select(node => node.Layer.GetType()).ToHashSet();
        Assert.DoesNotContain(layers, layer => !seen.Contains(layer));
        Assert.Contains(Networks.Values, network => !network.Nodes.Any(RunsByReference));
        Assert.Contains(Networks.Values, network => network.OutputShape.Rank > 1);
    }

    [Fact]
    public void A_layer_of_the_users_own_runs_by_its_reference()
    {
        var plan = Plan.Compile(NetworkState.Create(Inputs[0].Then(new Swish()), 1), NetworkMode.Training, 4, StandardLayers.Catalogue);
        Assert.Contains(plan.Steps, step => step.Operation == "reference forward");
    }

    /// <summary>Each layer whose gradient is checked, alone on each input that it takes, its input used by another layer too.</summary>
    private static Dictionary<string, Network> Networks { get; } = (
        from layer in GradientCases.All.Values.SelectMany(network => network.Nodes).Select(node => node.Layer).Distinct()
        where layer.GetType().Assembly == typeof(Layer).Assembly && layer is not Input
        from input in Inputs
        from shared in new[] { false, true }
        let network = Over(layer, input, shared)
        where network is not null
        select (Name: $"{layer} on {input.OutputShape}{(shared ? ", shared" : "")}", Network: network)).DistinctBy(entry => entry.Name).ToDictionary(entry => entry.Name, entry => entry.Network);

    private static Network? Over(Layer layer, Network input, bool shared)
    {
        var trunk = input.Tanh();
        try
        {
            var network = layer is Sum or Concatenation ? Network.Join(layer, trunk, input) : trunk.Then(layer);
            return shared ? Network.Join(new Sum(), network.Flatten().Dense(5), trunk.Prelu().Flatten().Dense(5)) : network;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
