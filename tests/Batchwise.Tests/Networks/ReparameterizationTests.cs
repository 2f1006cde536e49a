using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Networks;

/// <summary>What weight normalization and standardization say of themselves, and what follows from their formulas.</summary>
public class ReparameterizationTests
{
    private const int Inputs = 6;
    private const int Outputs = 4;

    private static readonly Network Plain = Network.Input(Inputs).Dense(Outputs).Tanh().Dense(3);

    public static TheoryData<string> All => ["normalization", "standardization"];

    [Fact]
    public void Parameters_are_counted_and_printed()
    {
        var normalized = Plain.WithWeightNormalization();
        NetworkVerifier.Verify(normalized);
        Assert.Equal(Plain.ParameterCount + Outputs + 3, normalized.ParameterCount);
        Assert.Equal(Plain.MultiplyAdds, normalized.MultiplyAdds);
        Assert.Equal(["dense1.v", "dense1.g", "dense1.bias", "dense2.v", "dense2.g", "dense2.bias"], NetworkState.Create(normalized, 1).ParameterNames);
        Assert.Contains("outputs=4 bias=true weights=xavier reparameterization=weightNormalization\n", normalized.ToString(), StringComparison.Ordinal);

        var standardized = Plain.WithWeightStandardization();
        NetworkVerifier.Verify(standardized);
        Assert.Equal(Plain.ParameterCount, standardized.ParameterCount);
        Assert.Contains("outputs=4 bias=true weights=xavier reparameterization=weightStandardization(1E-05)\n", standardized.ToString(), StringComparison.Ordinal);
        Assert.Contains("outputs=3 bias=true weights=xavier\n", standardized.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_network_comes_back_from_its_description(string kind)
    {
        var network = Of(kind, Plain);
        var read = NetworkFormat.Read(NetworkFormat.Write(network), StandardLayers.Registry);
        Assert.Equal(network.Nodes.Select(node => node.Layer), read.Nodes.Select(node => node.Layer));
    }

    [Fact]
    public void What_is_no_reparameterization_is_refused()
    {
        var text = NetworkFormat.Write(Plain.WithWeightNormalization()).Replace("weightNormalization", "weightPersuasion", StringComparison.Ordinal);
        var message = Assert.Throws<InvalidDataException>(() => NetworkFormat.Read(text, StandardLayers.Registry)).Message;
        Assert.Contains("'weightPersuasion' is no reparameterization", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Passes_take_the_layers_they_are_told()
    {
        var network = Plain.WithWeightNormalization(name => name == "dense2").WithWeightStandardization(where: name => name == "dense1");
        Assert.IsType<WeightStandardization>(((Dense)network["dense1"].Layer).Reparameterization);
        Assert.IsType<WeightNormalization>(((Dense)network["dense2"].Layer).Reparameterization);
        Assert.All(Plain.WithWeightNormalization().Nodes.Select(node => node.Layer).OfType<Dense>(), dense => Assert.IsType<WeightNormalization>(dense.Reparameterization));
    }

    [Fact]
    public void Weight_normalization_starts_as_the_plain_network()
    {
        var x = Numbers.Normal(5 * Inputs, 1);
        Numbers.AssertClose(Forward(NetworkState.Create(Plain, 7), x), Forward(NetworkState.Create(Plain.WithWeightNormalization(), 7), x), 1e-7);
    }

    [Fact]
    public void Columns_have_the_length_g_or_mean_0_and_deviation_1()
    {
        var normalized = Effective("normalization", 1, out var state);
        var standardized = Effective("standardization", 1, out _);
        for (var j = 0; j < Outputs; j++)
        {
            var column = Enumerable.Range(0, Inputs).Select(i => normalized[i * Outputs + j]).ToArray();
            Assert.Equal(Math.Abs(state.Parameter("dense1.g")[j]), Numbers.Norm(column), 12);
            column = [.. Enumerable.Range(0, Inputs).Select(i => standardized[i * Outputs + j])];
            Assert.Equal(0, column.Average(), 12);
            Assert.Equal(1, column.Average(value => value * value), 3);
        }
    }

    [Theory]
    [InlineData("normalization", 1e-10)]
    // Epsilon's share of the variance.
    [InlineData("standardization", 1e-3)]
    public void The_scale_of_what_is_trained_changes_nothing(string kind, double bound)
    {
        foreach (var scale in new[] { 0.5, 16, 1024 })
            Numbers.AssertClose(Effective(kind, 1, out _), Effective(kind, scale, out _), bound);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_gradient_has_no_part_along_what_is_trained(string kind)
    {
        // Epsilon of nothing: then standardization too is exactly invariant.
        var network = kind == "normalization"
            ? Network.Input(Inputs).Dense(Outputs).WithWeightNormalization()
            : Network.Input(Inputs).Dense(Outputs).WithWeightStandardization(new() { Epsilon = 1e-30 }, _ => true);
        var reference = References.Random(network, 5);
        reference.Forward(Numbers.Normal(5 * Inputs, 1), 5);
        reference.Backward(Numbers.Normal(5 * Outputs, 2));
        var pass = reference.Pass("dense1");
        Assert.True(Numbers.Norm(pass.ParameterGradient(0)) > 0.1);
        for (var j = 0; j < Outputs; j++)
        {
            double along = 0, sum = 0;
            for (var i = j; i < Inputs * Outputs; i += Outputs)
            {
                along += pass.Parameter(0)[i] * pass.ParameterGradient(0)[i];
                sum += pass.ParameterGradient(0)[i];
            }
            Assert.Equal(0, along, 12);
            if (kind == "standardization")
                Assert.Equal(0, sum, 12);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Decay_shrinks_what_stands_for_the_weight_and_no_gain(string kind)
    {
        var network = Of(kind, Network.Input(37).Dense(9).Relu().Dense(3));
        using var decayed = new Trainer(network, new Sgd(0.1f) { WeightDecay = 0.5f }, 3);
        using var free = new Trainer(network, new Sgd(0.1f), 3);
        decayed.Fit(new Toy(), 20, 1);
        free.Fit(new Toy(), 20, 1);
        var start = NetworkState.Create(network, 3);
        foreach (var name in start.ParameterNames)
        {
            var decays = name.EndsWith(".v", StringComparison.Ordinal) || name.EndsWith(".weight", StringComparison.Ordinal);
            for (var i = 0; i < start.Parameter(name).Length; i++)
                Assert.InRange(decayed.State.Parameter(name)[i] - (free.State.Parameter(name)[i] - (decays ? 0.05f * start.Parameter(name)[i] : 0)), -1e-6f, 1e-6f);
        }
    }

    private static Network Of(string kind, Network network) =>
        kind == "normalization" ? network.WithWeightNormalization() : network.WithWeightStandardization(new() { Epsilon = 0.125 });

    /// <summary>The effective weight of a layer, what is trained scaled; read as the answer to the identity.</summary>
    private static double[] Effective(string kind, double scale, out NetworkState state)
    {
        var one = Network.Input(Inputs).Dense(Outputs, bias: false);
        var network = kind == "normalization" ? one.WithWeightNormalization() : one.WithWeightStandardization(where: _ => true);
        state = RandomState.Of(network);
        foreach (ref var value in state.Parameter(kind == "normalization" ? "dense1.v" : "dense1.weight"))
            value *= (float)scale;
        var identity = new double[Inputs * Inputs];
        for (var i = 0; i < Inputs; i++)
            identity[i * Inputs + i] = 1;
        return Forward(state, identity);
    }

    private static double[] Forward(NetworkState state, double[] x)
    {
        var count = x.Length / Inputs;
        var reference = new ReferenceNetwork(state.Network, count, NetworkMode.Inference);
        reference.Load(state);
        return reference.Forward(x, count).ToArray();
    }
}
