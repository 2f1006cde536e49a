using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Networks;

public class NetworkStateTests
{
    private static readonly Network Plain = Network.Input(5).Dense(4).Sigmoid().Dense(4).Sigmoid().Dense(3);

    private static readonly Network Normalized = Plain.WithBatchNormalization();

    [Fact]
    public void A_new_state_holds_what_every_layer_asks_for_at_its_first_value()
    {
        var state = NetworkState.Create(Normalized, 1);
        Assert.Same(Normalized, state.Network);
        Assert.Equal(
            ["dense1.weight", "batchNorm1.gamma", "batchNorm1.beta", "dense2.weight", "batchNorm2.gamma", "batchNorm2.beta", "dense3.weight", "dense3.bias"],
            state.ParameterNames);
        Assert.Equal(
            Normalized.Nodes.SelectMany(node => node.Statistics.Select(spec => $"{Normalized.NameOf(node)}.{spec.Name}")), state.StatisticNames);
        Assert.Equal(new Shape(5, 4), state.ParameterShape("dense1.weight"));
        Assert.Equal(20, state.Parameter("dense1.weight").Length);
        Assert.Equal([1f, 1f, 1f, 1f], state.Parameter("batchNorm1.gamma").ToArray());
        Assert.Equal([0f, 0f, 0f, 0f], state.Parameter("batchNorm1.beta").ToArray());
        Assert.Equal([0d, 0, 0, 0], state.Statistic("batchNorm1.movingMean").ToArray());
        Assert.Equal([1d, 1, 1, 1], state.Statistic("batchNorm1.movingVariance").ToArray());
        Assert.All(state.Statistic("batchNorm2.populationMean").ToArray(), value => Assert.True(double.IsNaN(value)));
    }

    [Fact]
    public void The_seed_alone_decides_the_weights()
    {
        StateAssert.Same(NetworkState.Create(Normalized, 7), NetworkState.Create(Normalized, 7));
        Assert.NotEqual(NetworkState.Create(Plain, 7).Parameter("dense1.weight").ToArray(), NetworkState.Create(Plain, 8).Parameter("dense1.weight").ToArray());
        var state = NetworkState.Create(Plain, 7);
        Assert.NotEqual(state.Parameter("dense1.weight")[..12].ToArray(), state.Parameter("dense2.weight")[..12].ToArray());
    }

    [Fact]
    public void Networks_that_differ_by_what_is_not_drawn_start_from_the_same_weights()
    {
        var (plain, normalized) = (NetworkState.Create(Plain, 3), NetworkState.Create(Normalized, 3));
        foreach (var name in new[] { "dense1.weight", "dense2.weight", "dense3.weight" })
            Assert.Equal(plain.Parameter(name).ToArray(), normalized.Parameter(name).ToArray());

        // The k-th random parameter has the k-th stream, whatever stands between.
        var random = new Philox(3, RandomPurpose.Weights, 1);
        var expected = new float[16];
        ((Dense)Plain["dense2"].Layer).Parameters([new Shape(4)])[0].Initializer.Fill(expected, 4, 4, ref random);
        Assert.Equal(expected, normalized.Parameter("dense2.weight").ToArray());
    }

    [Fact]
    public void A_clone_is_equal_and_shares_nothing()
    {
        var state = RandomState.Of(Normalized);
        var (before, copy) = (RandomState.Of(Normalized), state.Clone());
        StateAssert.Same(state, copy);
        foreach (var name in copy.ParameterNames)
            copy.Parameter(name).Fill(9);
        foreach (var name in copy.StatisticNames)
            copy.Statistic(name).Fill(9);
        StateAssert.Same(before, state);
    }

    [Fact]
    public void What_has_the_same_name_and_shape_is_taken_over_and_nothing_else()
    {
        var source = RandomState.Of(Network.Input(5).Dense(4).BatchNormalization().Dense(7));
        var target = NetworkState.Create(Network.Input(5).Dense(4).BatchNormalization().Dense(6).Dense(2), 1);
        var (untouched, given) = (target.Clone(), source.Clone());

        // Weight and bias of the first layer, gamma and beta, five statistics; the second layer has another width.
        Assert.Equal(4 + source.StatisticNames.Count(), target.CopyMatching(source));

        Assert.Equal(source.Parameter("dense1.weight").ToArray(), target.Parameter("dense1.weight").ToArray());
        Assert.Equal(source.Parameter("batchNorm1.gamma").ToArray(), target.Parameter("batchNorm1.gamma").ToArray());
        foreach (var name in source.StatisticNames)
            Assert.Equal(source.Statistic(name).ToArray(), target.Statistic(name).ToArray());
        foreach (var name in new[] { "dense2.weight", "dense2.bias", "dense3.weight", "dense3.bias" })
            Assert.Equal(untouched.Parameter(name).ToArray(), target.Parameter(name).ToArray());

        target.Parameter("dense1.weight").Fill(5);
        target.Statistic("batchNorm1.movingMean").Fill(5);
        StateAssert.Same(given, source);
    }

    [Fact]
    public void A_weight_of_equal_size_but_another_shape_is_not_taken_over()
    {
        var target = NetworkState.Create(Network.Input(3).Dense(2, bias: false), 1);
        Assert.Equal(0, target.CopyMatching(NetworkState.Create(Network.Input(2).Dense(3, bias: false), 2)));
    }

    [Fact]
    public void A_name_that_is_not_there_is_answered_with_those_that_are()
    {
        var state = NetworkState.Create(Network.Input(2).Dense(2).BatchNormalization(), 1);
        const string parameters = "The network has no parameter 'dense9.weight'; it has dense1.weight, dense1.bias, batchNorm1.gamma, batchNorm1.beta.";
        Assert.StartsWith(parameters, Message(() => state.Parameter("dense9.weight")), StringComparison.Ordinal);
        Assert.StartsWith(parameters, Message(() => state.ParameterShape("dense9.weight")), StringComparison.Ordinal);
        Assert.StartsWith("The network has no statistic 'mean'; it has batchNorm1.movingMean, ", Message(() => state.Statistic("mean")), StringComparison.Ordinal);
        Assert.StartsWith("'batchNorm1.movingMean' is a statistic: read it with Statistic.", Message(() => state.Parameter("batchNorm1.movingMean")), StringComparison.Ordinal);
        Assert.StartsWith("'dense1.bias' is a parameter: read it with Parameter.", Message(() => state.Statistic("dense1.bias")), StringComparison.Ordinal);
        Assert.StartsWith("The network has no statistic 'x'; it has none.", Message(() => NetworkState.Create(Plain, 1).Statistic("x")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_that_nothing_refers_to_gives_its_memory_back()
    {
        var references = Enumerable.Range(0, 8).Select(_ => Forgotten()).ToArray();
        for (var i = 0; i < 10 && references.Any(reference => reference.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.DoesNotContain(references, reference => reference.IsAlive);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference Forgotten() => new(NetworkState.Create(Plain, 1).Memory, trackResurrection: true);

    private static string Message(Action action) => Assert.Throws<ArgumentException>("name", action).Message;


}
