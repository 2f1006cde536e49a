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
        Assert.Equal("Healthy: 15 of 15 checks found nothing.", examination.ToString());
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
        Assert.Equal("Healthy: 1 of 15 checks found nothing.", examination.ToString().Split('\n')[^1]);
        Assert.Equal(14, examination.NotConcerned.Length);
        Assert.Contains("Not examined because the network lacks a layer that normalizes by batch statistics: damaged-statistics, missing-population, ", examination.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_check_is_made_or_named_with_what_it_lacks()
    {
        string[] names = [.. Doctor.Checks.Select(check => check.Name)];
        Network[] networks = [Patients.Network, Network.Input(37).Dense(3), .. NamedNetworks.Names.Select(NamedNetworks.Create), Network.Input(4).Dense(3).BatchNormalization(new BatchNormalization { TrainAffine = false }).Dense(2)];
        foreach (var examination in networks.Select(network => Doctor.Examine(network, null)))
        {
            var named = examination.NotExamined.Concat(examination.NotConcerned).Select(check => check.Check).ToList();
            Assert.Equal(names.Length, examination.Examined + named.Count);
            Assert.Equal(named.Count, named.Intersect(names).Count());
            Assert.All(named, name => Assert.Contains(name, examination.ToString(), StringComparison.Ordinal));
            Assert.Contains($"{examination.Examined} of {names.Length} checks found", examination.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_docs_list_every_check_and_count_them()
    {
        string[] names = [.. Doctor.Checks.Select(check => check.Name)];
        var docs = File.ReadAllLines(Repository.PathTo("docs/doctor.md"));
        Assert.Equal(names.Order(), docs.Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]).Order());
        string[] numbers = ["Twelve", "Thirteen", "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen", "Twenty"];
        foreach (var file in (string[])["README.md", "docs/doctor.md"])
            Assert.Contains($"{numbers[names.Length - 12]} checks", File.ReadAllText(Repository.PathTo(file)), StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_tells_of_every_batch_of_every_pass()
    {
        var told = new Told();
        Doctor.Examine(Patients.Healthy(), Patients.Data, progress: told);
        Assert.Equal(["inference-gap 1", "inference-gap 2"], told.Reports.Where(report => report.Check == "inference-gap").Select(report => $"{report.Check} {report.Pass}").Distinct());
        Assert.Contains(told.Reports, report => report.Check == "dead-channels");
        foreach (var pass in told.Reports.GroupBy(report => (report.Check, report.Pass)))
        {
            Assert.True(pass.Zip(pass.Skip(1)).All(pair => pair.First.Done < pair.Second.Done));
            Assert.Equal(pass.Last().Count, pass.Last().Done);
        }
    }

    // Progress<T> would report later and on another thread.
    private sealed class Told : IProgress<ExaminationProgress>
    {
        public List<ExaminationProgress> Reports { get; } = [];

        public void Report(ExaminationProgress value) => Reports.Add(value);
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
