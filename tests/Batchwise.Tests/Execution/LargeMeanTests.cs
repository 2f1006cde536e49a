namespace Batchwise.Tests.Execution;

/// <summary>
/// Values of mean 1e4 and deviation 1e-2 lie a thousandth apart in float32, a tenth of their deviation: what rounding the mean leaves must not
/// be lost, nor may anything be rounded before the mean is subtracted.
/// </summary>
[Trait("leg", "instruction-set")]
public class LargeMeanTests
{
    private const double Mean = 1e4;
    private const double Deviation = 1e-2;

    private static readonly Dictionary<string, Network> Cases = new()
    {
        ["batch norm, vectors"] = Network.Input(9).BatchNormalization().Sigmoid(),
        ["batch norm, maps"] = Network.Input(4, 4, 9).BatchNormalization().Sigmoid(),
        ["batch norm, each activation"] = Network.Input(4, 4, 3).BatchNormalization(new() { PerActivation = true }).Tanh(),
        ["ghost batches"] = Network.Input(4, 4, 9).Then(new GhostBatchNormalization { GhostSize = 5 }).Sigmoid(),
        ["mean only"] = Network.Input(4, 4, 9).Then(new MeanOnlyNormalization()).Sigmoid(),
        ["layer norm, vectors"] = Network.Input(70).Then(new LayerNormalization()).Sigmoid(),
        ["layer norm, maps"] = Network.Input(4, 4, 9).Then(new LayerNormalization()).Sigmoid(),
        ["group norm, vectors"] = Network.Input(72).Then(new GroupNormalization(3)).Sigmoid(),
        ["group norm, maps"] = Network.Input(4, 4, 9).Then(new GroupNormalization(3)).Sigmoid(),
        ["instance norm"] = Network.Input(4, 4, 9).Then(new InstanceNormalization()).Sigmoid(),
        ["group norm, followed by a pool"] = Network.Input(4, 4, 9).Then(new GroupNormalization(3)).MaxPool(2, 2),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_mean_of_a_million_deviations_costs_training_no_accuracy(string name) => PlanCheck.TrainingAgrees(Cases[name], 20, offset: Mean, deviation: Deviation);

    [Fact]
    public void Nor_does_it_weights_that_are_standardized()
    {
        foreach (var network in new[] { Network.Input(70).Dense(9).Tanh(), Network.Input(6, 5, 4).Convolution(9, 3).Tanh(), Network.Input(6, 5, 8).Convolution(12, 3, groups: 4).Tanh() })
        {
            PlanCheck.TrainingAgrees(network.WithWeightStandardization(), 20, prepare: state =>
            {
                var weight = state.Parameter(state.ParameterNames.Single(name => name.EndsWith(".weight", StringComparison.Ordinal)));
                PlanCheck.Random(weight.Length, 3, Mean, Deviation).CopyTo(weight);
            });
        }
    }

    public static TheoryData<string> Folded => ["vectors", "maps", "each activation"];

    [Theory]
    [MemberData(nameof(Folded))]
    public void Nor_does_it_a_folded_normalization_that_stands_alone(string name)
    {
        var network = name == "vectors" ? Network.Input(9).BatchNormalization() : Network.Input(4, 4, 3).BatchNormalization(new() { PerActivation = name == "each activation" });
        var state = RandomState.Of(network);
        var random = new Philox(3, RandomPurpose.Experiment, 0);
        foreach (var entry in state.Statistics.Where(entry => entry.Spec.Name != BatchStatisticsLayer.Updates))
        {
            foreach (ref var value in entry.Values.AsSpan())
                value = entry.Spec.Name.EndsWith("Variance", StringComparison.Ordinal) ? Deviation * Deviation : Mean + Deviation * random.NextNormal();
        }
        const int count = 20;
        var x = PlanCheck.Random(count * network.InputShape.Size, 1, Mean, Deviation);
        var reference = new ReferenceNetwork(network, count, NetworkMode.Inference);
        reference.Load(state);
        var expected = reference.Forward(PlanCheck.Doubles(x), count).ToArray();
        foreach (var one in new[] { state, Folding.Fold(state) })
        {
            var plan = Plan.Compile(one, NetworkMode.Inference, count, StandardLayers.Catalogue);
            plan.SetInput(x, count);
            plan.Run(new SerialExecutor(), count);
            PlanCheck.Close(one == state ? "as it is" : "folded", PlanCheck.Read(plan, plan.Output, count), expected);
        }
        Assert.IsType<ChannelAffine>(Folding.Fold(state).Network.Output.Layer);
    }
}
