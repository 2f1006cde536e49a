namespace Batchwise.Tests.Execution;

/// <summary>Where the function behind a layer runs in that layer's tasks.</summary>
public class FunctionFusionTests
{
    private static readonly Dictionary<string, Func<Network, Network>> Functions = new()
    {
        ["Tanh"] = network => network.Tanh(),
        ["Elu"] = network => network.Elu(),
        ["Gelu"] = network => network.Gelu(),
        ["GeluTanh"] = network => network.Gelu(approximate: true),
        ["Silu"] = network => network.Silu(),
        ["HardSigmoid"] = network => network.HardSigmoid(),
        ["HardSwish"] = network => network.HardSwish(),
        ["Clip"] = network => network.Relu6(),
    };

    private static readonly Network Map = Network.Input(5, 3, 4);

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Dense_layers_convolutions_and_normalizations_take_it_along(string name)
    {
        var function = Functions[name];
        Network[] networks =
        [
            function(Network.Input(9).Dense(7)), function(Network.Input(9).Dense(7, bias: false)), function(Network.Input(9).Dense(7, bias: false).BatchNormalization()),
            function(Network.Input(9).Dense(7).Then(new LayerNormalization())), function(Map.Convolution(6, 3)), function(Map.Convolution(6, 3, bias: false)),
            function(Map.Convolution(6, 3).BatchNormalization()), function(Map.Convolution(6, 3).Then(new GroupNormalization(2))),
            function(Map.Convolution(6, 3).BatchNormalization()).GlobalMaxPool(),
            Network.Join(new Concatenation(), function(Map.Convolution(6, 1)), function(Map.Convolution(5, 1))),
        ];
        foreach (var network in networks)
        {
            foreach (var mode in Enum.GetValues<NetworkMode>())
                Assert.DoesNotContain(Compile(network, mode).Steps, step => step.Operation.StartsWith(name, StringComparison.Ordinal) && !step.Operation.EndsWith("backward", StringComparison.Ordinal));
        }
    }

    /// <summary>A sum keeps what the function makes of it, which does not tell GELU's derivative.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_sum_takes_along_what_backward_can_tell_from_the_result(string name)
    {
        var network = Functions[name](Network.Join(new Sum(), Map.Convolution(4, 3), Map));
        Assert.DoesNotContain(Compile(network, NetworkMode.Inference).Steps, step => step.Operation == name);
        Assert.Equal(name is "Gelu" or "GeluTanh" or "Silu" or "HardSwish", Compile(network, NetworkMode.Training).Steps.Any(step => step.Operation == name));
    }

    /// <summary>The argument that backward needs may be one that is computed once more.</summary>
    [Fact]
    public void To_save_memory_the_argument_is_computed_again()
    {
        var run = RunCase.Of(Map.Convolution(6, 3).BatchNormalization().Relu().MaxPool(3, 1, Padding.All(1)).Gelu().Flatten().Dense(3), 9);
        Assert.Contains(run.Compile(lowMemory: true).Steps, step => step.Operation == "Gelu backward" && step.Reads.Any(buffer => buffer.Name.EndsWith("again", StringComparison.Ordinal)));
        var (expected, actual) = (run.ByPlan(), run.ByPlan(lowMemory: true));
        Assert.Equal(expected.Output, actual.Output);
        Assert.All(expected.Gradients, entry => Assert.Equal(entry.Value, actual.Gradients[entry.Key]));
    }

    private static Plan Compile(Network network, NetworkMode mode) => Plan.Compile(NetworkState.Create(network, 1), mode, 4, StandardLayers.Catalogue);
}
