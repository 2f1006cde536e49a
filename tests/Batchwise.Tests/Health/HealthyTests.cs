using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Health;

public class HealthyTests
{
    [Fact]
    public void A_healthy_model_has_nothing_and_everything_was_examined()
    {
        using var trainer = new Trainer(Patients.Network, new Sgd(0.1f), 3, threads: 1);
        var history = trainer.Fit(Patients.Data, Patients.Batch, Patients.Steps, cancellationToken: TestContext.Current.CancellationToken);
        trainer.EstimatePopulation(Patients.Data, Patients.Batch);
        var log = RunLog.Of(trainer, "test", "toy", "toys", Patients.Batch, Patients.Steps, history.Reports);
        var before = trainer.State.Clone();
        var examination = Doctor.Examine(trainer.ToModel(), Patients.Data, log);
        Assert.True(examination.Findings.IsEmpty && examination.NotExamined.IsEmpty, examination.ToString());
        Assert.True(examination.IsHealthy);
        Assert.Equal("Healthy: 15 checks found nothing.", examination.ToString());
        foreach (var name in before.StatisticNames)
            Assert.Equal(before.Statistic(name).ToArray(), trainer.State.Statistic(name).ToArray());
    }

    [Fact]
    public void What_lacks_data_or_log_or_training_is_said()
    {
        var model = Doctor.Examine(Patients.Healthy());
        Assert.Equal(["inference-gap", "dead-channels", "saturated-channels"], model.NotExamined.Where(check => check.Lacks == "data").Select(check => check.Check));
        Assert.Equal(["decayed-gamma", "small-batch", "unstable-rate", "inverted-batch-weight"], model.NotExamined.Where(check => check.Lacks == "the run's log").Select(check => check.Check));
        var network = Doctor.Examine(NamedNetworks.Create("mnist-mlp"), null);
        Assert.True(network.IsHealthy && network.Findings.IsEmpty);
        Assert.Contains("Not examined for lack of a trained model: damaged-statistics", network.ToString(), StringComparison.Ordinal);
        var few = Doctor.Examine(Patients.Healthy(), new Toy(60));
        Assert.Equal(new UnexaminedCheck("dead-channels", "300 examples in full batches"), few.NotExamined[0]);
    }

    [Fact]
    public void A_network_without_normalization_has_few_checks()
    {
        var model = new Model(NetworkState.Create(Network.Input(37).Dense(3), 1));
        var examination = Doctor.Examine(model, Patients.Data, Patients.Log(losses: [1, 0.5]));
        Assert.Equal("Healthy: 1 check found nothing.", examination.ToString());
    }

    [Fact]
    public void Data_that_do_not_fit_are_refused()
    {
        Assert.Contains("shape [37]", Assert.Throws<ArgumentException>(() => Doctor.Examine(new Model(NetworkState.Create(Network.Input(4).Dense(3), 1)), new Toy())).Message, StringComparison.Ordinal);
        Assert.Contains("at least two", Assert.Throws<ArgumentException>(() => Doctor.Examine(Patients.Healthy(), new Toy(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Findings_are_printed_the_worst_first()
    {
        var model = Patients.Healthy();
        model.State.Parameter("batchNorm1.gamma")[2] = 0;
        model.State.Statistic("batchNorm2.populationVariance")[4] = -1;
        var text = Doctor.Examine(model).ToString();
        Assert.StartsWith("ILLNESS  damaged-statistics  batchNorm2", text, StringComparison.Ordinal);
        Assert.True(text.IndexOf("WARNING  vanished-gamma  batchNorm1", StringComparison.Ordinal) > 0);
        Assert.All(["  what   ", "  where  channel 4 of 20", "  why    ", "  do     "], word => Assert.Contains(word, text, StringComparison.Ordinal));
        Assert.Contains("1 illness, ", text, StringComparison.Ordinal);
    }
}
