namespace Batchwise.Tests.Health;

/// <summary>Networks and runs that were set up ill.</summary>
public class DesignIllnessTests
{
    [Fact]
    public void A_bias_before_a_normalization()
    {
        var trunk = Network.Input(37).Dense(8).BatchNormalization().Relu();
        var finding = Assert.Single(Doctor.Examine(trunk.Dense(3), null).Findings);
        Assert.Equal(("redundant-bias", FindingSeverity.Info, "dense1", "between 'dense1' and 'batchNorm1'"), (finding.Check, finding.Severity, finding.Layer, finding.Where));
        Assert.True(Doctor.Examine(trunk, null).IsHealthy);
        // A frozen layer does not subtract the batch's mean, and what else takes the output sees the bias.
        Assert.Empty(Doctor.Examine(Network.Input(37).Dense(8).BatchNormalization(new BatchNormalization { UseBatchStatistics = false }).Dense(3), null).Findings);
        // The bias is what a layer that only divides by the deviation leaves.
        Assert.Empty(Doctor.Examine(Network.Input(37).Dense(8).Then(new VarianceOnlyNormalization()).Dense(3), null).Findings);
        var branch = Network.Input(37).Dense(8);
        Assert.Empty(Doctor.Examine(Network.Join(new Sum(), branch, branch.BatchNormalization()), null).Findings);
    }

    [Fact]
    public void Dropout_before_a_normalization()
    {
        var network = Network.Input(37).Dense(30).Relu().Dropout(0.5).Dense(20).Sigmoid().Dropout(0.2).Dense(3).WithBatchNormalization();
        var finding = Assert.Single(Doctor.Examine(network, null).Findings);
        Assert.Equal(("dropout-before-norm", FindingSeverity.Warning, "dropout1", "'dropout1' before 'batchNorm2'"), (finding.Check, finding.Severity, finding.Layer, finding.Where));
        // Population statistics are estimated without dropout: with them inference is right.
        Assert.Equal(FindingSeverity.Info, Assert.Single(Doctor.Examine(Patients.Healthy(network)).Findings).Severity);
    }

    [Fact]
    public void A_decay_that_pulls_at_gamma()
    {
        var finding = Assert.Single(Doctor.Examine(Patients.Network, Patients.Log(new Sgd(0.1f) { WeightDecay = 1e-4f, DecayAll = true })).Findings);
        Assert.Equal(("decayed-gamma", FindingSeverity.Warning, "batchNorm1", "'batchNorm1', 'batchNorm2'"), (finding.Check, finding.Severity, finding.Layer, finding.Where));
        Assert.Contains("0.0001", finding.What, StringComparison.Ordinal);
        Assert.Empty(Doctor.Examine(Patients.Network, Patients.Log(new Sgd(0.1f) { WeightDecay = 1e-4f })).Findings);
        Assert.Empty(Doctor.Examine(Patients.Network, Patients.Log(new Sgd(0.1f) { DecayAll = true })).Findings);
    }

    [Fact]
    public void A_batch_that_is_too_small()
    {
        var finding = Assert.Single(Doctor.Examine(Patients.Network, Patients.Log(batch: 4)).Findings);
        Assert.Equal(("small-batch", FindingSeverity.Warning, "batchNorm1"), (finding.Check, finding.Severity, finding.Layer));
        Assert.Contains("'batchNorm2' (4 values)", finding.Where, StringComparison.Ordinal);
        var ghosts = Network.Input(37).Dense(30, bias: false).Then(new GhostBatchNormalization { GhostSize = 8 }).Dense(3);
        Assert.Contains("8 examples of the run's batches", Assert.Single(Doctor.Examine(ghosts, Patients.Log(batch: 64)).Findings).What, StringComparison.Ordinal);
        var maps = Network.Input(5, 6, 2).BatchNormalization().Relu().Flatten().Dense(4, bias: false).BatchNormalization();
        finding = Assert.Single(Doctor.Examine(maps, Patients.Log(batch: 8)).Findings);
        Assert.Equal("batchNorm2", finding.Layer);
        Assert.Contains("'batchNorm1' (240 values)", finding.Where, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_diverged()
    {
        using var trainer = new Trainer(Network.Input(37).Dense(30).Relu().Dense(3), new Sgd(1e18f), threads: 1);
        var error = Assert.Throws<TrainingDivergedException>(() => trainer.Fit(Patients.Data, Patients.Batch, 50, cancellationToken: TestContext.Current.CancellationToken));
        var log = RunLog.Of(trainer, "test", "toy", "toys", Patients.Batch, 50, []) with { Divergence = new(error.Step, error.Where) };
        var finding = Assert.Single(Doctor.Examine(trainer.Network, log).Findings);
        Assert.Equal(("unstable-rate", FindingSeverity.Illness, true, error.Where), (finding.Check, finding.Severity, finding.Suspect, finding.Where));
        Assert.Contains("1E+18 (constant)", finding.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400f, FindingSeverity.Warning)]
    [InlineData(8f, FindingSeverity.Info)]
    public void A_rate_that_made_the_loss_rise(float rate, FindingSeverity expected)
    {
        using var trainer = new Trainer(Patients.Network, new Sgd(rate), 3, threads: 1);
        var history = trainer.Fit(Patients.Data, Patients.Batch, 100, cancellationToken: TestContext.Current.CancellationToken);
        var finding = Assert.Single(Doctor.Examine(Patients.Network, RunLog.Of(trainer, "test", "toy", "toys", Patients.Batch, 100, history.Reports)).Findings);
        Assert.Equal(("unstable-rate", expected, true), (finding.Check, finding.Severity, finding.Suspect));
        Assert.Contains("rose to", finding.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_swings_is_suspect_and_one_that_falls_with_noise_is_not()
    {
        double[] Losses(double swing) => [.. Enumerable.Range(0, 100).Select(i => 0.7 + 0.3 * Math.Exp(-i / 10.0) + (i % 2 == 0 ? swing : -swing))];
        Assert.Contains("swung", Assert.Single(Doctor.Examine(Patients.Network, Patients.Log(losses: Losses(0.1))).Findings).What, StringComparison.Ordinal);
        Assert.Empty(Doctor.Examine(Patients.Network, Patients.Log(losses: Losses(0.01))).Findings);
    }

    [Theory]
    [InlineData(0.9, "0.1")]
    [InlineData(0.99, "0.01")]
    [InlineData(1, "0.1")]
    public void A_new_batch_weight_that_was_meant_the_other_way_round(double weight, string meant)
    {
        var network = Network.Input(37).Dense(30).Relu().Dense(3).WithBatchNormalization(new BatchNormalization { NewBatchWeight = weight });
        var finding = Assert.Single(Doctor.Examine(network, Patients.Log()).Findings);
        Assert.Equal(("inverted-batch-weight", FindingSeverity.Warning, true, "batchNorm1"), (finding.Check, finding.Severity, finding.Suspect, finding.Layer));
        Assert.Contains($"NewBatchWeight = {meant} if", finding.Remedy, StringComparison.Ordinal);
        Assert.Empty(Doctor.Examine(network, null).Findings);
        Assert.Empty(Doctor.Examine(Network.Input(37).BatchNormalization(new BatchNormalization { NewBatchWeight = weight, CumulativeAverage = true }).Dense(3), Patients.Log()).Findings);
    }
}
