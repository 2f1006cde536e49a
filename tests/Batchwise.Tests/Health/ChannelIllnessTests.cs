namespace Batchwise.Tests.Health;

/// <summary>Networks with channels that carry nothing, each found with its layer and channel named.</summary>
public class ChannelIllnessTests
{
    [Fact]
    public void A_rectifier_that_is_never_active()
    {
        var model = Patients.Healthy();
        model.State.Parameter("batchNorm1.beta")[5] = -20;
        var finding = Assert.Single(Doctor.Examine(model, Patients.Data).Of("dead-channels"));
        Assert.Equal((FindingSeverity.Warning, "relu1", "channel 5 of 30"), (finding.Severity, finding.Layer, finding.Where));
        model.State.Parameter("batchNorm1.beta").Fill(-20);
        finding = Assert.Single(Doctor.Examine(model, Patients.Data).Of("dead-channels"));
        Assert.Equal((FindingSeverity.Illness, "all 30 channels"), (finding.Severity, finding.Where));
    }

    [Fact]
    public void A_rectifier_without_normalization_that_a_bias_killed()
    {
        using var trainer = Patients.Train(Network.Input(37).Dense(12).Relu().Dense(3), steps: 50);
        trainer.State.Parameter("dense1.bias").Slice(2, 10).Fill(-50);
        var finding = Assert.Single(Doctor.Examine(trainer.ToModel(), Patients.Data).Findings);
        Assert.Equal(("dead-channels", "relu1", "channels 2, 3, 4, 5, 6, 7, 8, 9 and 2 more of 12"), (finding.Check, finding.Layer, finding.Where));
    }

    [Theory]
    [InlineData(12)]
    [InlineData(-12)]
    public void A_sigmoid_that_lies_on_a_flat_end(float beta)
    {
        var model = Patients.Healthy();
        model.State.Parameter("batchNorm2.beta")[7] = beta;
        var finding = Assert.Single(Doctor.Examine(model, Patients.Data).Of("saturated-channels"));
        Assert.Equal((FindingSeverity.Warning, "sigmoid1", "channel 7 of 20"), (finding.Severity, finding.Layer, finding.Where));
    }

    [Fact]
    public void A_hyperbolic_tangent_that_lies_on_a_flat_end_but_not_the_networks_output()
    {
        var state = NetworkState.Create(Network.Input(37).Dense(6).Tanh().Dense(3).Sigmoid(), 1);
        state.Parameter("dense1.bias")[1] = 30;
        state.Parameter("dense2.bias").Fill(30);
        var finding = Assert.Single(Doctor.Examine(new Model(state, OutputMeaning.Values), Patients.Data).Findings);
        Assert.Equal(("saturated-channels", "tanh1", "channel 1 of 6"), (finding.Check, finding.Layer, finding.Where));
    }

    /// <summary>Functions whose slope vanishes at an end, and a bias that carries the last of four channels there.</summary>
    public static TheoryData<string, float, string?> FlatEnds => new()
    {
        { "relu", -60, "dead-channels" }, { "relu", 60, null },
        { "clip", -60, "dead-channels" }, { "clip", 60, "dead-channels" },
        { "hardSwish", -60, "dead-channels" }, { "hardSwish", 60, null },
        { "hardSigmoid", -60, "saturated-channels" }, { "hardSigmoid", 60, "saturated-channels" },
        { "sigmoid", -60, "saturated-channels" }, { "tanh", 60, "saturated-channels" },
        { "elu", -60, "saturated-channels" }, { "elu", 60, null },
    };

    [Theory]
    [MemberData(nameof(FlatEnds))]
    public void A_channel_on_a_flat_end_of_any_function(string kind, float bias, string? check)
    {
        Activation function = kind switch
        {
            "relu" => new Relu(),
            "clip" => new Clip(0, 6),
            "hardSwish" => new HardSwish(),
            "hardSigmoid" => new HardSigmoid(),
            "sigmoid" => new Sigmoid(),
            "tanh" => new Tanh(),
            _ => new Elu(),
        };
        var state = NetworkState.Create(Network.Input(37).Dense(4).Then(function).Dense(3), 1);
        Assert.Empty(Doctor.Examine(new Model(state), Patients.Data).Findings);
        state.Parameter("dense1.bias")[3] = bias;
        var findings = Doctor.Examine(new Model(state), Patients.Data).Findings;
        if (check is null)
            Assert.Empty(findings);
        else
            Assert.Equal((check, $"{kind}1", "channel 3 of 4"),
                (findings.Single().Check, findings.Single().Layer, findings.Single().Where));
    }

    [Fact]
    public void A_gamma_near_zero()
    {
        var model = Patients.Healthy();
        model.State.Parameter("batchNorm1.gamma")[2] = -1e-4f;
        var finding = Assert.Single(Doctor.Examine(model).Findings);
        Assert.Equal(("vanished-gamma", FindingSeverity.Warning, "batchNorm1", "channel 2 of 30"), (finding.Check, finding.Severity, finding.Layer, finding.Where));
    }

    [Fact]
    public void A_channel_that_does_not_vary_by_the_data_and_by_the_statistics()
    {
        var model = Patients.Healthy();
        var weight = model.State.Parameter("dense2.weight");
        for (var i = 11; i < weight.Length; i += 20)
            weight[i] = 0;
        var finding = Assert.Single(Doctor.Examine(model, Patients.Data).Of("constant-channels"));
        Assert.Equal((FindingSeverity.Warning, "batchNorm2"), (finding.Severity, finding.Layer));
        Assert.EndsWith("channel 11 of 20", finding.Where, StringComparison.Ordinal);
        Assert.Empty(Doctor.Examine(model).Of("constant-channels"));
        model.State.Statistic("batchNorm2.populationVariance")[11] = 0;
        Assert.Equal("batchNorm2", Assert.Single(Doctor.Examine(model).Of("constant-channels")).Layer);
    }

    [Fact]
    public void A_variance_below_epsilon_by_the_data_and_by_the_statistics()
    {
        var model = Patients.Healthy();
        var weight = model.State.Parameter("dense1.weight");
        for (var i = 4; i < weight.Length; i += 30)
            weight[i] *= 1e-3f;
        var finding = Assert.Single(Doctor.Examine(model, Patients.Data).Of("epsilon-dominates"));
        Assert.Equal((FindingSeverity.Warning, "batchNorm1"), (finding.Severity, finding.Layer));
        Assert.EndsWith("channel 4 of 30", finding.Where, StringComparison.Ordinal);
        model.State.Statistic("batchNorm2.populationVariance")[1] = 1e-6;
        Assert.Equal("batchNorm2", Assert.Single(Doctor.Examine(model).Of("epsilon-dominates")).Layer);
    }
}
