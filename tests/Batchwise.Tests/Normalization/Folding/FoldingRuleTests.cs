using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Normalization;

/// <summary>Each rule of folding: what goes into which layer, and what stays for which reason.</summary>
public class FoldingRuleTests
{
    private static readonly Network Map = Network.Input(7, 6, 4);
    private static readonly Network Positive = Map.Relu();
    private static readonly Network Vector = Network.Input(5);
    private static readonly BatchNormalization PerPlace = new() { PerActivation = true };

    /// <summary>Networks, and of each normalization the layers it goes into and a part of the rule.</summary>
    private static readonly Dictionary<string,
        (Network Network, (string Layer, string[] Into, string Rule)[] Folded)> Taken = new()
        {
            ["behind a strided convolution"] = (Map.Convolution(6, 3, stride: 2, bias: false).BatchNormalization(),
            [("batchNorm1", ["convolution1"], "behind a convolution")]),
            ["behind a grouped convolution"] = (Map.Convolution(6, 3, groups: 2).BatchNormalization(),
            [("batchNorm1", ["convolution1"], "behind a convolution")]),
            ["behind a depthwise convolution"] = (Map.Convolution(8, 3, groups: 4).BatchNormalization(),
            [("batchNorm1", ["convolution1"], "behind a convolution")]),
            ["behind a dilated convolution"] = (Map.Then(Dilated(5)).BatchNormalization(),
            [("batchNorm1", ["convolution1"], "behind a convolution")]),
            ["behind a dense layer"] = (Network.Input(9).Dense(4).BatchNormalization(),
            [("batchNorm1", ["dense1"], "behind a convolution or dense layer")]),
            ["an affine map behind a dense layer"] =
            (Network.Input(9).Dense(4).Then(new ChannelAffine()),
            [("channelAffine1", ["dense1"], "behind a convolution or dense layer")]),
            ["two behind a convolution"] = (Map.Convolution(3, 3).BatchNormalization().Then(new ChannelAffine()), [("batchNorm1", ["convolution1"], "behind a convolution"), ("channelAffine1", ["convolution1"], "behind a convolution")]),
            ["two behind each other"] = (Positive.BatchNormalization().BatchNormalization(),
            [("batchNorm2", ["batchNorm1"], "affine map behind an affine map")]),
            ["one of places behind one of channels"] =
            (Positive.BatchNormalization().BatchNormalization(PerPlace),
            [("batchNorm2", ["batchNorm1"], "affine map behind an affine map")]),
            ["behind a concatenation"] = (
            Network.Join(new Concatenation(), Map.Convolution(2, 1), Map.Convolution(3, 3, bias: false)).BatchNormalization(),
            [("batchNorm1", ["convolution1", "convolution2"], "through a concatenation")]),
            ["behind a concatenation of dense layers"] = (
            Network.Join(new Concatenation(), Both(Vector, one => one.Dense(2), one => one.Dense(3))).BatchNormalization(),
            [("batchNorm1", ["dense1", "dense2"], "through a concatenation")]),
            ["behind a concatenation with a normalization in it"] = (
            Network.Join(new Concatenation(), Positive.BatchNormalization(), Positive.Convolution(3, 3)).BatchNormalization(),
            [("batchNorm2", ["batchNorm1", "convolution1"], "through a concatenation")]),
            ["behind a sum"] = (
            Network.Join(new Sum(), Map.Relu().Convolution(5, 3), Map.Convolution(5, 1, bias: false)).BatchNormalization(),
            [("batchNorm1", ["convolution1", "convolution2"], "through a sum")]),
            ["behind a sum of three"] = (
            Network.Join(new Sum(), Map.Relu().Convolution(4, 3), Map.Tanh().Convolution(4, 3), Map.Sigmoid()
                .BatchNormalization()).BatchNormalization(),
            [("batchNorm2", ["convolution1", "convolution2", "batchNorm1"], "through a sum")]),
            ["behind an average pool"] = (Map.Convolution(5, 3).AveragePool(3, 2, Padding.All(1)).BatchNormalization(),
            [("batchNorm1", ["convolution1"], "past an average pool")]),
            ["behind an average pool that counts a padding of none"] =
            (Map.Convolution(5, 3).AveragePool(2, 2, countPadding: true).BatchNormalization(),
            [("batchNorm1", ["convolution1"], "past an average pool")]),
            ["behind a global average pool"] = (Map.Convolution(5, 3).GlobalAveragePool().BatchNormalization(),
            [("batchNorm1", ["convolution1"], "past an average pool")]),
            ["behind a concatenation of pools"] = (
            Network.Join(new Concatenation(), Map.Convolution(2, 1).AveragePool(3, 1, Padding.All(1)), Map.Convolution(3, 3))
                .BatchNormalization(),
            [("batchNorm1", ["convolution1", "convolution2"], "through a concatenation")]),
            ["behind a flattened vector of channels"] =
            (Network.Input(3, 3, 4).Convolution(5, 3, padding: Padding.None).Flatten().BatchNormalization(),
            [("batchNorm1", ["convolution1"], "past a flattening")]),
            ["before a dense layer"] = (Network.Input(9).Tanh().BatchNormalization().Dense(4),
            [("batchNorm1", ["dense1"], "before a dense layer")]),
            ["before a dense layer without bias"] =
            (Network.Input(9).Tanh().BatchNormalization().Dense(4, bias: false),
            [("batchNorm1", ["dense1"], "before a dense layer")]),
            ["two before a dense layer"] = (Network.Input(9).Tanh().BatchNormalization().BatchNormalization().Dense(4),
            [("batchNorm1", ["dense1"], "before a dense layer"), ("batchNorm2", ["dense1"], "affine map behind an affine map")]),
            ["at the input"] = (Network.Input(9).BatchNormalization().Dense(4), [("batchNorm1", ["dense1"], "before a dense layer")]),
            ["before a convolution without padding"] =
            (Positive.BatchNormalization().Convolution(5, 3, stride: 2, padding: Padding.None),
            [("batchNorm1", ["convolution1"], "before a convolution")]),
            ["before a grouped convolution"] = (Positive.BatchNormalization().Convolution(6, 3, padding: Padding.None, groups: 2),
            [("batchNorm1", ["convolution1"], "before a convolution")]),
            ["before a depthwise convolution"] = (Positive.BatchNormalization().Convolution(8, 2, padding: Padding.None, groups: 4, bias: false), [("batchNorm1", ["convolution1"], "before a convolution")]),
            ["before a pointwise convolution"] = (Positive.BatchNormalization().Convolution(6, 1),
            [("batchNorm1", ["convolution1"], "before a convolution")]),
            ["before a convolution whose padding no kernel reaches"] =
            (Positive.BatchNormalization().Convolution(3, 1, stride: 3, padding: new Padding(0, 2, 0, 0)),
            [("batchNorm1", ["convolution1"], "before a convolution")]),
            ["a scale alone before a convolution with padding"] =
            (Positive.Then(new VarianceOnlyNormalization()).Convolution(5, 3),
            [("varianceOnlyNorm1", ["convolution1"], "before a convolution")]),
            ["before two that read it"] = (
            Network.Join(new Concatenation(),
                Both(Positive.BatchNormalization(), one => one.Convolution(2, 1), one => one.Convolution(3, 1))),
            [("batchNorm1", ["convolution1", "convolution2"], "before a convolution")]),
            ["before a pool and a dense layer"] =
            (Positive.BatchNormalization().GlobalAveragePool().Dense(3), [("batchNorm1", ["dense1"], "past an average pool")]),
            ["before an average pool and a convolution"] =
            (Positive.BatchNormalization().AveragePool(2, 2).Convolution(3, 1),
            [("batchNorm1", ["convolution1"], "past an average pool")]),
            ["before a flattening and a dense layer"] =
            (Positive.BatchNormalization().Flatten().Dense(3), [("batchNorm1", ["dense1"], "past a flattening")]),
            ["of places, before a flattening and a dense layer"] =
            (Positive.BatchNormalization(PerPlace).Flatten().Dense(3), [("batchNorm1", ["dense1"], "past a flattening")]),
            ["a whitening behind a dense layer"] =
            (Network.Input(9).Dense(5).Then(new ZcaWhitening { GroupSize = 2 }),
            [("zcaWhitening1", ["dense1"], "a whitening behind")]),
            ["a normalization behind a whitening"] =
            (Network.Input(5).Tanh().Then(new ZcaWhitening { GroupSize = 2 }).BatchNormalization(),
            [("batchNorm1", ["zcaWhitening1"], "behind a convolution or dense layer")]),
            ["a weight-normalized layer"] = (Network.Input(9).Dense(5).Relu().Dense(3).WithWeightNormalization().BatchNormalization(),
            [("batchNorm1", ["dense2"], "behind a convolution")]),
        };

    /// <summary>Networks whose normalization stays, and a part of each of both reasons.</summary>
    private static readonly Dictionary<string, (Network Network, string[] Reasons)> Staying = new()
    {
        ["before a convolution with padding"] =
            (Positive.BatchNormalization().Convolution(5, 3),
            ["'relu1' (relu) is no layer that could take it", "'convolution1' pads with zeros"]),
        ["behind a layer that another reads"] =
            (Network.Join(new Sum(), Both(Map.Convolution(4, 3), one => one.BatchNormalization(), one => one.Relu())),
            ["another layer reads 'convolution1' too", "'sum1' (sum) is no layer that could take it"]),
        ["before two, of which one pads"] = (
            Network.Join(new Sum(), Both(Positive.BatchNormalization(), one => one.Convolution(3, 1).Relu(), one =>
                one.Convolution(3, 3).Relu())),
            ["'relu1' (relu)", "'convolution2' pads with zeros"]),
        ["at the end"] = (Positive.BatchNormalization(), ["'relu1' (relu)", "'batchNorm1' is the network's output"]),
        ["behind a concatenation of which a branch cannot"] = (
            Network.Join(new Concatenation(), Map.Convolution(2, 1), Map.Convolution(3, 3).Relu()).BatchNormalization().Relu(),
            ["'relu1' (relu) is no layer that could take it", "'relu2' (relu)"]),
        ["behind a concatenation of which a branch is read elsewhere"] = (
            Network.Join(new Sum(), Both(Map.Convolution(2, 1), one => Network.Join(new Concatenation(), one, Map.Convolution(2, 3)).BatchNormalization().Relu(), one => Network.Join(new Concatenation(), one, one))),
            ["another layer reads 'convolution1' too", "'relu1' (relu)"]),
        ["behind a concatenation of one layer with itself"] = (
            Network.Join(new Concatenation(), Both(Map.Convolution(2, 1), one => one, one => one)).BatchNormalization().Relu(),
            ["another layer reads 'convolution1' too", "'relu1' (relu)"]),
        ["behind a sum with a shortcut"] = (Network.Join(new Sum(), Positive.Convolution(4, 3).Tanh(), Positive)
            .BatchNormalization().Relu(), ["'tanh1' (tanh)", "'relu2' (relu)"]),
        ["behind a max pool, turned around"] =
            (Map.Convolution(5, 3).MaxPool(2, 2).BatchNormalization().Relu(), ["a scale is negative", "'relu1' (relu)"]),
        ["before a max pool, turned around"] =
            (Positive.BatchNormalization().GlobalMaxPool().Dense(4), ["'relu1' (relu)", "a scale is negative"]),
        ["behind an average pool that counts its padding"] =
            (Map.Convolution(5, 3).AveragePool(3, 1, Padding.All(1), countPadding: true).BatchNormalization().Relu(),
            ["'averagePool1' counts the zeros of its padding", "'relu1' (relu)"]),
        ["before an average pool that counts its padding"] =
            (Positive.BatchNormalization().AveragePool(3, 1, Padding.All(1), countPadding: true).Convolution(2, 1),
            ["'relu1' (relu)", "'averagePool1' counts the zeros of its padding"]),
        ["before a pool at the end"] = (Positive.BatchNormalization().GlobalAveragePool(),
            ["'relu1' (relu)", "'globalAveragePool1' is the network's output"]),
        ["of places, behind a convolution"] =
            (Map.Convolution(5, 3).BatchNormalization(PerPlace).Relu(),
            ["each place has numbers of its own, and 'convolution1'", "'relu1' (relu)"]),
        ["of places, before a convolution"] =
            (Positive.BatchNormalization(PerPlace).Convolution(5, 1),
            ["'relu1' (relu)", "each place has numbers of its own, and 'convolution1'"]),
        ["behind a flattened map"] = (Map.Convolution(5, 3).Flatten().BatchNormalization().Relu(),
            ["each place has numbers of its own, and 'convolution1'", "'relu1' (relu)"]),
        ["a whitening behind a grouped convolution"] =
            (Map.Convolution(6, 3, groups: 2).Then(new ZcaWhitening { GroupSize = 3 }).Relu(),
            ["'convolution1' works in groups"]),
        ["a whitening behind a layer that another reads"] =
            (Network.Join(new Sum(), Both(Map.Convolution(4, 3), one => one.Then(new ZcaWhitening { GroupSize = 2 }), one =>
            one.Relu())), ["another layer reads 'convolution1' too"]),
        ["a whitening behind a function"] = (Positive.Then(new ZcaWhitening { GroupSize = 2 }).Relu(),
            ["'relu1' (relu) is no layer that could take it"]),
        ["a normalization of samples"] = (Network.Input(9).Dense(8).Then(new LayerNormalization()).Relu(),
            ["by the sample's own values"]),
    };

    public static TheoryData<string> TakenNames => [.. Taken.Keys];

    public static TheoryData<string> StayingNames => [.. Staying.Keys];

    [Theory]
    [MemberData(nameof(TakenNames))]
    public void It_goes_into_layers_that_can_take_it(string name)
    {
        var (network, expected) = Taken[name];
        var state = RandomState.Of(network);
        ZeroShifts(state);
        var (folded, report) = FoldingCheck.ComputesTheSame(state);
        foreach (var (layer, into, rule) in expected)
        {
            var one = report.Normalizations.Single(entry => entry.Layer == layer);
            Assert.Equal(into, one.Into);
            Assert.Contains(rule, one.Rule, StringComparison.Ordinal);
            Assert.Null(one.Reason);
            Assert.Contains(layer, report.Removed);
            Assert.DoesNotContain(folded.Network.Nodes, node => folded.Network.NameOf(node) == layer);
        }
    }

    [Theory]
    [MemberData(nameof(StayingNames))]
    public void It_stays_where_they_cannot_and_the_report_says_why(string name)
    {
        var (network, reasons) = Staying[name];
        var (folded, report) = FoldingCheck.ComputesTheSame(RandomState.Of(network));
        var one = Assert.Single(report.Normalizations);
        Assert.False(one.IsFolded);
        Assert.Empty(one.Into);
        Assert.All(reasons, reason => Assert.Contains(reason, one.Reason, StringComparison.Ordinal));
        Assert.Empty(report.Removed);
        Assert.Equal(network.Nodes.Length, folded.Network.Nodes.Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_passes_a_max_pool_where_no_scale_is_negative(bool behind)
    {
        var network = behind ? Map.Convolution(5, 3).MaxPool(3, 2, Padding.All(1)).BatchNormalization()
            : Positive.BatchNormalization().MaxPool(2, 2).Convolution(5, 1);
        var state = RandomState.Of(network);
        foreach (ref var gamma in state.Parameter("batchNorm1.gamma"))
            gamma = Math.Abs(gamma);
        state.Parameter("batchNorm1.gamma")[1] = 0;
        var one = Assert.Single(FoldingCheck.ComputesTheSame(state).Report.Normalizations);
        Assert.Equal(["convolution1"], one.Into);
        Assert.Contains("past a max pool", one.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public void It_passes_a_flattening_behind_a_map_where_all_places_agree()
    {
        var state = RandomState.Of(Map.Convolution(5, 3).Flatten().BatchNormalization());
        foreach (var name in new[] { "gamma", "beta" })
            Repeat(state.Parameter($"batchNorm1.{name}"));
        foreach (var name in new[] { "populationMean", "populationVariance" })
            Repeat(state.Statistic($"batchNorm1.{name}"));
        Assert.Equal(["convolution1"], Assert.Single(FoldingCheck.ComputesTheSame(state).Report.Normalizations).Into);

        state.Parameter("batchNorm1.beta")[^1]++;
        Assert.False(Assert.Single(FoldingCheck.ComputesTheSame(state).Report.Normalizations).IsFolded);

        static void Repeat<T>(Span<T> values)
        {
            for (var i = 5; i < values.Length; i++)
                values[i] = values[i - 5];
        }
    }

    [Theory]
    [InlineData(15.9, true)]
    [InlineData(16.1, false)]
    public void A_mean_of_many_deviations_is_subtracted_before_the_products(double deviations, bool folded)
    {
        var state = RandomState.Of(Network.Input(9).Tanh().BatchNormalization().Dense(4));
        state.Statistic("batchNorm1.populationMean")[3] =
            -deviations * Math.Sqrt(state.Statistic("batchNorm1.populationVariance")[3] + 1e-5);
        var one = Assert.Single(FoldingCheck.ComputesTheSame(state).Report.Normalizations);
        Assert.Equal(folded, one.IsFolded);
        if (!folded)
            Assert.Contains("16 deviations from zero", one.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    [InlineData(30_000, false)]
    public void A_map_passes_so_many_layers_that_calls_within_calls_do_not_fill_the_stack(int layers, bool isFolded)
    {
        Network Flattened(Network network) =>
            new(Enumerable.Range(0, layers).Aggregate(network.Output, (node, _) => new Node(new Flatten(), [node])));
        foreach (var network in new[] { Flattened(Vector.Relu().BatchNormalization()).Dense(2), Flattened(Vector.Dense(3))
            .BatchNormalization().Relu() })
        {
            var one = Assert.Single(Folding.FoldAll(RandomState.Of(network), StatisticsSource.Moving).Report.Normalizations);
            Assert.Equal(isFolded, one.IsFolded);
            if (!isFolded)
                Assert.Contains("more than 100 layers lie between", one.Reason, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(StatisticsSource.Moving)]
    [InlineData(StatisticsSource.Population)]
    public void Either_kind_of_statistics_can_be_folded(StatisticsSource source) =>
        FoldingCheck.ComputesTheSame(RandomState.Of(Positive.BatchNormalization().Convolution(3, 1).BatchNormalization()),
            source);

    [Fact]
    public void The_state_stays_as_it_is()
    {
        var state = RandomState.Of(Positive.BatchNormalization().Convolution(3, 1).BatchNormalization());
        var before = state.Clone();
        Folding.Fold(state);
        Assert.All(state.ParameterNames, name => Assert.Equal(before.Parameter(name).ToArray(), state.Parameter(name).ToArray()));
    }

    private static Convolution Dilated(int outputs) =>
        new(outputs, new Window(3, 2) { DilationY = 2, DilationX = 3, Padding = Padding.Same });

    private static Network[] Both(Network trunk, Func<Network, Network> one, Func<Network, Network> other) =>
        [one(trunk), other(trunk)];

    // A shift of zero, exactly: what a padding needs.
    private static void ZeroShifts(NetworkState state)
    {
        foreach (var name in state.ParameterNames.Where(name =>
            name.StartsWith("varianceOnlyNorm", StringComparison.Ordinal) && name.EndsWith("beta", StringComparison.Ordinal)))
            state.Parameter(name).Clear();
    }
}
