namespace Batchwise.Tests.Health;

/// <summary>Networks whose stored statistics are ill, each found with its layer named.</summary>
public class StatisticsIllnessTests
{
    [Theory]
    [InlineData("populationVariance", -1)]
    [InlineData("populationVariance", double.NaN)]
    [InlineData("populationMean", double.PositiveInfinity)]
    public void Damaged_statistics(string statistic, double value)
    {
        var model = Patients.Healthy();
        model.State.Statistic($"batchNorm2.{statistic}")[4] = value;
        var finding = Assert.Single(Doctor.Examine(model).Of("damaged-statistics"));
        Assert.Equal((FindingSeverity.Illness, "batchNorm2", "channel 4 of 20"), (finding.Severity, finding.Layer, finding.Where));
    }

    [Fact]
    public void Population_statistics_that_were_never_estimated()
    {
        using var trainer = Patients.Train();
        var followed = Doctor.Examine(trainer.ToModel()).Of("missing-population");
        Assert.Equal([("batchNorm1", FindingSeverity.Warning), ("batchNorm2", FindingSeverity.Warning)], followed.Select(finding => (finding.Layer, finding.Severity)));
        var fresh = Doctor.Examine(new Model(NetworkState.Create(Patients.Network, 1))).Of("missing-population");
        Assert.All(fresh, finding => Assert.Equal(FindingSeverity.Illness, finding.Severity));
        Assert.Equal(2, fresh.Length);
    }

    [Theory]
    [InlineData("movingMean", 1)]
    [InlineData("movingVariance", 3)]
    public void Moving_averages_far_from_the_population(string statistic, double deviations)
    {
        var model = Patients.Healthy();
        var variance = model.State.Statistic("batchNorm2.populationVariance")[3];
        model.State.Statistic($"batchNorm2.{statistic}")[3] += deviations * (statistic == "movingMean" ? Math.Sqrt(variance) : variance);
        var finding = Assert.Single(Doctor.Examine(model, Patients.Data).Findings);
        Assert.Equal(("stale-moving-averages", "batchNorm2", "channel 3 of 20", FindingSeverity.Warning), (finding.Check, finding.Layer, finding.Where, finding.Severity));
    }

    [Fact]
    public void Moving_averages_that_had_no_time_to_follow()
    {
        var network = Network.Input(37).Dense(30).Relu().Dense(3).WithBatchNormalization(new BatchNormalization { NewBatchWeight = 0.001 });
        using var trainer = Patients.Train(network, steps: 50);
        trainer.EstimatePopulation(Patients.Data, Patients.Batch);
        Assert.Equal("batchNorm1", Assert.Single(Doctor.Examine(trainer.ToModel()).Of("stale-moving-averages")).Layer);
    }

    [Theory]
    [InlineData("batchNorm1")]
    [InlineData("batchNorm2")]
    public void A_gap_between_training_and_inference_and_its_layer(string layer)
    {
        var model = Patients.Healthy();
        var mean = model.State.Statistic($"{layer}.populationMean");
        var variance = model.State.Statistic($"{layer}.populationVariance");
        for (var c = 0; c < mean.Length; c++)
            mean[c] += (c % 2 == 0 ? 4 : -4) * Math.Sqrt(variance[c]);
        var finding = Assert.Single(Doctor.Examine(model, Patients.Data).Of("inference-gap"));
        Assert.Equal((FindingSeverity.Illness, layer), (finding.Severity, finding.Layer));
        // Nine tenths of them: 20 to a batch would be all, but without a log batches are of 60.
        Assert.Contains("360 examples", finding.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gap_of_a_model_that_predicts_values()
    {
        var network = Network.Input(37).Dense(8).Relu().Dense(3).WithBatchNormalization();
        using var trainer = new Trainer(network, new Sgd(0.1f), 3, Loss.MeanSquaredError, threads: 1);
        trainer.Fit(Patients.Data, Patients.Batch, Patients.Steps, cancellationToken: TestContext.Current.CancellationToken);
        trainer.EstimatePopulation(Patients.Data, Patients.Batch);
        Assert.Empty(Doctor.Examine(trainer.ToModel(), Patients.Data).Of("inference-gap"));
        trainer.State.Statistic("batchNorm1.populationVariance").Fill(100);
        var finding = Assert.Single(Doctor.Examine(trainer.ToModel(), Patients.Data).Of("inference-gap"));
        Assert.Equal((FindingSeverity.Warning, "batchNorm1"), (finding.Severity, finding.Layer));
        Assert.DoesNotContain("accuracy", finding.What, StringComparison.Ordinal);
    }

    public static TheoryData<string> Relatives => ["batchRenorm", "ghostBatchNorm", "meanOnlyNorm", "varianceOnlyNorm", "detachedNorm", "zcaWhitening", "iterativeNormalization"];

    [Theory]
    [MemberData(nameof(Relatives))]
    public void Relatives_of_batch_normalization_are_healthy_or_found_by_their_names(string kind)
    {
        var network = Network.Input(37).Dense(30, bias: false).Then(Relative(kind)).Relu().Dense(3);
        using var trainer = new Trainer(network, new Sgd(0.02f), 3, threads: 1);
        trainer.Fit(Patients.Data, 60, Patients.Steps, cancellationToken: TestContext.Current.CancellationToken);
        trainer.EstimatePopulation(Patients.Data, 60);
        var model = trainer.ToModel();
        var examination = Doctor.Examine(model, Patients.Data, Patients.Log(batch: 60));
        Assert.True(examination.Findings.IsEmpty && examination.NotExamined.IsEmpty, examination.ToString());
        model.State.Statistic($"{kind}1.populationMean").Fill(50);
        model.State.Statistic($"{kind}1.populationVariance").Fill(1e4);
        Assert.Equal($"{kind}1", Assert.Single(Doctor.Examine(model, Patients.Data).Of("inference-gap")).Layer);
    }

    [Fact]
    public void A_layer_without_statistics_is_no_patient()
    {
        var model = new Model(NetworkState.Create(Network.Input(37).Dense(30).Then(new AffineOnly()).Relu().Dense(3), 1));
        Assert.Empty(Doctor.Examine(model, Patients.Data, Patients.Log(batch: 2)).Findings);
    }

    private static Layer Relative(string kind) => kind switch
    {
        "batchRenorm" => new BatchRenormalization(),
        "ghostBatchNorm" => new GhostBatchNormalization { GhostSize = 20 },
        "meanOnlyNorm" => new MeanOnlyNormalization(),
        "varianceOnlyNorm" => new VarianceOnlyNormalization(),
        "detachedNorm" => new DetachedNormalization(),
        "zcaWhitening" => new ZcaWhitening(),
        _ => new IterativeNormalization(),
    };

    [Fact]
    public void Statistics_that_are_wrong_a_little_everywhere_are_blamed_on_no_layer()
    {
        var model = Patients.Healthy();
        var gaps = new List<Finding>();
        // As the error grows, that of both layers together is a gap before that of either is.
        for (var step = 0; step < 60 && gaps.Count == 0; step++)
        {
            foreach (var layer in new[] { "batchNorm1", "batchNorm2" })
            {
                foreach (ref var value in model.State.Statistic($"{layer}.populationVariance"))
                    value *= 1.03;
            }
            gaps.AddRange(Doctor.Examine(model, Patients.Data).Of("inference-gap"));
        }
        Assert.Null(Assert.Single(gaps).Layer);
    }
}
