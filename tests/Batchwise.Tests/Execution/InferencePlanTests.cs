namespace Batchwise.Tests.Execution;

/// <summary>What plans for inference save themselves.</summary>
[Trait("leg", "instruction-set")]
public class InferencePlanTests
{
    private static readonly Network Map = Network.Input(6, 6, 4);

    private static readonly Network Convolved = Map.Convolution(4, 3);

    public static TheoryData<string> Sums => [.. Cases.Keys];

    // The sum, and how many sums are computed by the convolution's own tasks.
    private static Dictionary<string, (Network Network, int Followed)> Cases { get; } = new()
    {
        ["with the input"] = (Sum(Map, Map.Convolution(4, 3)).Relu(), 1),
        ["with the input, the other way round"] = (Sum(Map.Convolution(4, 3), Map).Relu(), 1),
        ["of two convolutions"] = (Sum(Map.Convolution(4, 3), Map.Convolution(4, 3)), 1),
        ["of three"] = (Sum(Sum(Map.Convolution(4, 3), Map.Convolution(4, 3)).Relu(), Map.Convolution(4, 3)), 2),
        ["behind an activation"] = (Sum(Map, Map.Convolution(4, 3).Tanh()), 1),
        ["that is a part of a concatenation"] =
            (Network.Join(new Concatenation(), Sum(Map, Map.Convolution(4, 3)).Relu(), Map.Convolution(3, 3)), 1),
        ["of what another layer reads too"] = (ReadTwice(), 0),
        ["of a map with itself"] = (Sum(Convolved, Convolved), 0),
        ["of a map and a view of the same"] =
            (Network.Join(new Concatenation(), Sum(Convolved, Convolved.Dropout(0.5)), Convolved), 0),
        ["of the input and a view of it"] = (Network.Join(new Concatenation(), Sum(Map, Map.Dropout(0.5)), Map), 0),
        ["of pools"] = (Sum(Map.MaxPool(3, 1, Padding.All(1)), Map.AveragePool(3, 1, Padding.All(1))), 0),
    };

    [Theory]
    [MemberData(nameof(Sums))]
    public void A_sum_follows_the_convolution_where_nothing_else_reads_it(string name)
    {
        var (network, followed) = Cases[name];
        PlanCheck.InferenceAgrees(network, 3, NetworkMode.Inference);
        var plan = Plan.Compile(RandomState.Of(network), NetworkMode.Inference, 3, StandardLayers.Catalogue);
        Assert.Equal(followed, plan.Steps.Count(step =>
            step.Operation == "convolution" && step.Detail.Contains("then + ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Whoever_looks_at_every_value_finds_the_summands_too()
    {
        var network = Cases["with the input"].Network;
        var state = RandomState.Of(network);
        var plan = Plan.Compile(state, NetworkMode.Inference, 2, StandardLayers.Catalogue, keepAll: true);
        Assert.Contains(plan.Steps, step => step.Operation == "sum");
    }

    [Fact]
    public void Prepared_weights_are_neither_packed_nor_joined_in_a_run()
    {
        var state = Folding.Fold(RandomState.Of(PlanTests.Inception(normalized: true)));
        var each = Plan.Compile(state, NetworkMode.Inference, 3, StandardLayers.Catalogue);
        var weights = new PreparedWeights();
        var once = Plan.Compile(state, NetworkMode.Inference, 3, StandardLayers.Catalogue, prepared: weights);
        Assert.Contains(each.Steps, step => step.Operation == "join weights");
        Assert.DoesNotContain(once.Steps, step => step.Operation == "join weights");
        Assert.True(once.ArenaBytes < each.ArenaBytes, $"{once.ArenaBytes} of {each.ArenaBytes} bytes");
        Assert.True(Tasks(once) < Tasks(each), $"{Tasks(once)} of {Tasks(each)} tasks");
        Assert.All(once.Steps.Where(step => step.Operation == "convolution"), step =>
            Assert.DoesNotContain(step.Reads, buffer => buffer.Name.EndsWith(".weight", StringComparison.Ordinal)));
        // A second plan of the same state finds them.
        var bytes = weights.Bytes;
        Assert.True(bytes > 0);
        _ = Plan.Compile(state, NetworkMode.Inference, 3, StandardLayers.Catalogue, prepared: weights);
        Assert.Equal(bytes, weights.Bytes);

        static int Tasks(Plan plan) => plan.Steps.Where(step => step.Operation is "convolution" or "join weights")
            .Sum(step => Enumerable.Range(0, step.Phases).Sum(phase => step.Tasks(phase, 3)));
    }

    [Fact]
    public void A_weight_that_is_computed_from_others_is_prepared_in_every_run()
    {
        var network = Map.Convolution(5, 3).Relu().Convolution(3, 1).WithWeightNormalization();
        PlanCheck.InferenceAgrees(network, 2, NetworkMode.Inference);
        var plan = Plan.Compile(RandomState.Of(network), NetworkMode.Inference, 2, StandardLayers.Catalogue,
            prepared: new PreparedWeights());
        Assert.DoesNotContain(plan.Steps.SelectMany(step => step.Reads), buffer => buffer.Region == BufferRegion.Constant);
    }

    /// <summary>
    /// 60 samples of the MNIST network make more tasks than there are columns, so that two workers get as many each.
    /// </summary>
    [Fact]
    public void A_dense_layer_is_cut_into_rows_too()
    {
        var network = Network.Input(784).Dense(100).Sigmoid().Dense(10);
        var plan = Plan.Compile(NetworkState.Create(network, 1), NetworkMode.Inference, 60, StandardLayers.Catalogue);
        var first = plan.Steps[0];
        Assert.Equal("then bias + Sigmoid", first.Detail);
        var blocks = Enumerable.Range(0, first.Tasks(0, 60)).Select(task => ((BlockStep)first).Completes(task, 60)).ToArray();
        Assert.Equal(60 * 100, blocks.Sum(block => block.Rows * block.Channels));
        Assert.True(blocks.Max(block => block.Rows * block.Channels) <= 0.1 * 60 * 100);
    }

    private static Network Sum(params Network[] inputs) => Network.Join(new Sum(), inputs);

    private static Network ReadTwice()
    {
        var convolution = Map.Convolution(4, 3);
        return Network.Join(new Concatenation(), Sum(Map, convolution).Relu(), convolution.MaxPool(3, 1, Padding.All(1)));
    }
}
