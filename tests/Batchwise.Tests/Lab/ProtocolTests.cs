using System.Collections.Immutable;
using Batchwise.Lab;

namespace Batchwise.Tests.Lab;

public sealed class ProtocolTests : IDisposable
{
    private static readonly ImmutableArray<float> Rates = [0.25f, 0.5f, 1, 2];

    private readonly LabBench lab = new();

    public void Dispose() => lab.Dispose();

    [Fact]
    public void All_arms_of_a_seed_start_from_the_same_weights()
    {
        var plain = NetworkState.Create(LabBench.Network, 7);
        Arm[] arms = [.. Arms.All.Where(arm => arm.Refusal(LabBench.Network, 60) is null)];
        Assert.Equal(["instance-norm", "per-activation"], Arms.All.Except(arms).Select(arm => arm.Name));
        foreach (var arm in arms)
        {
            var network = arm.Build(LabBench.Network, arm.Choice?.Values[0]);
            NetworkVerifier.Verify(network);
            var state = NetworkState.Create(network, 7);
            arm.Prepare?.Invoke(state, LabBench.Data.Train, 60);
            // Weight normalization draws the direction v as others draw the weight.
            foreach (var layer in new[] { "dense1", "dense2" })
                Assert.True(plain.Parameter($"{layer}.weight").SequenceEqual(state.Parameter(state.ParameterNames.Contains($"{layer}.v") ? $"{layer}.v" : $"{layer}.weight")), $"{arm.Name} {layer}");
        }
        Assert.Equal(Arms.All.Length, Arms.All.Select(arm => arm.Name).Distinct().Count());
    }

    [Fact]
    public void A_frozen_arm_normalizes_by_the_statistics_of_the_weights_as_drawn()
    {
        var thawed = NetworkState.Create(Arms.BatchNorm.Apply(LabBench.Network), 7);
        using var trainer = Trainer.From(thawed, new Sgd(1), threads: 1);
        trainer.EstimatePopulation(LabBench.Data.Train, 20);
        var frozen = NetworkState.Create(Arms.Frozen.Apply(LabBench.Network), 7);
        Arms.Frozen.Prepare!(frozen, LabBench.Data.Train, 20);
        Assert.True(thawed.Statistic("batchNorm1.populationMean").SequenceEqual(frozen.Statistic("batchNorm1.populationMean")));
        Assert.True(thawed.Statistic("batchNorm1.populationVariance").SequenceEqual(frozen.Statistic("batchNorm1.movingVariance")));
    }

    [Fact]
    public void Halving_takes_the_best_on_validation_and_never_looks_at_the_test_set()
    {
        var test = new CountedExamples(LabBench.Data.Test);
        var bench = lab.Open(data: LabBench.Data.WithTest(test));
        var found = Assert.Single(Halving.Search(bench, [Arms.BatchNorm], Rates, 40));
        Assert.Equal(0, test.Reads);

        // What it chose has the highest validation accuracy of all runs with the whole budget, which are kept: asking again runs nothing.
        var again = lab.Open(data: LabBench.Data.WithTest(test));
        var full = Directory.GetFiles(Path.Combine(lab.Folder, "runs")).Select(File.ReadAllText).Count(text => text.Contains("\"budget\": 40", StringComparison.Ordinal));
        Assert.True(full >= 1 && full < found.Tried, $"{full} of {found.Tried}");
        ArmSetting[] settings = [.. Enumerable.Range(-6, 13).Select(power => new ArmSetting(MathF.Pow(2, power)))];
        var kept = settings.Select(setting => again.Request(Arms.BatchNorm, setting, LabSettings.SearchSeed, 40, scoreTest: false))
            .Where(request => File.Exists(Path.Combine(lab.Folder, "runs", request.Key + ".json"))).ToArray();
        var results = again.RunAll(kept);
        Assert.Equal(0, again.Executed);
        Assert.Equal(full, results.Length);
        Assert.Equal(results.Max(run => run.Validation), found.Validation);
        Assert.Equal(results.OrderByDescending(run => run.Validation).ThenBy(run => run.Rate).First().Rate, found.Best.Rate);
        Assert.All(results, run => Assert.Null(run.Test));
    }

    [Fact]
    public void The_best_at_the_edge_widens_the_grid()
    {
        // Rates far too small: of four, the largest is best, and what lies beyond is tried.
        var found = Assert.Single(Halving.Search(lab.Open(), [Arms.Plain], [1e-4f, 2e-4f, 4e-4f, 0.25f], 60));
        Assert.True(found.Tried > 4);
        Assert.True(found.Best.Rate > 0.25f);
    }

    [Fact]
    public void A_method_s_own_setting_is_searched_with_the_rate()
    {
        var found = Assert.Single(Halving.Search(lab.Open(), [Arms.Dropout], [0.5f, 1], 8));
        Assert.NotNull(found.Best.Choice);
        Assert.True(found.Tried >= 2 * Arms.Dropout.Choice!.Values.Length);
    }

    [Fact]
    public void A_search_and_a_comparison_can_change_every_request()
    {
        static RunRequest Smaller(RunRequest request) => request with { Batch = 10, Data = request.Data.WithTraining(100) };
        var bench = lab.Open();
        var found = Assert.Single(Halving.Search(bench, [Arms.Plain], Rates, 8, Smaller));
        var outcome = Assert.Single(Comparison.Run(bench, [(Arms.Plain, found.Best)], 8, Smaller));
        var files = Directory.GetFiles(Path.Combine(lab.Folder, "runs")).Select(File.ReadAllText).ToArray();
        Assert.Equal(bench.Executed, files.Length);
        Assert.All(files, text => Assert.Contains("first 100\\n", text, StringComparison.Ordinal));
        Assert.All(outcome.Runs, run => Assert.Contains("\nbatch 10\n", run.Spec, StringComparison.Ordinal));
    }

    [Fact]
    public void The_test_set_is_scored_once_per_run()
    {
        var test = new CountedExamples(LabBench.Data.Test);
        var bench = lab.Open(data: LabBench.Data.WithTest(test));
        var outcomes = Comparison.Run(bench, [(Arms.Plain, new ArmSetting(1))], 10);
        Assert.Equal(5, outcomes[0].Runs.Length);
        Assert.Equal(5 * test.Count, test.Reads);
        Assert.DoesNotContain(LabSettings.SearchSeed, outcomes[0].Runs.Select(run => run.Seed));
    }

    [Fact]
    public void A_finished_run_is_not_run_again_and_gives_the_same_result()
    {
        var first = lab.Open();
        var request = first.Request(Arms.BatchNorm, new ArmSetting(1), 3, 10, scoreTest: true);
        var ran = first.RunAll([request, request])[0];
        var second = lab.Open();
        var found = second.RunAll([request])[0];
        Assert.Equal((1, 0), (first.Executed, second.Executed));
        Assert.Equal(ran.Points, found.Points);
        Assert.Equal(ran with { Points = [] }, found with { Points = [] });

        // Nothing but time differs where it is run anew.
        File.Delete(Path.Combine(lab.Folder, "runs", request.Key + ".json"));
        var anew = lab.Open().RunAll([request])[0];
        Assert.Equal((ran.Validation, ran.Test), (anew.Validation, anew.Test));
    }

    [Fact]
    public void A_damaged_file_is_run_again()
    {
        var request = lab.Open().Request(Arms.Plain, new ArmSetting(1), 3, 5, scoreTest: true);
        lab.Open().RunAll([request]);
        File.WriteAllText(Path.Combine(lab.Folder, "runs", request.Key + ".json"), "{ \"spec\":");
        var bench = lab.Open();
        Assert.Equal(5, bench.RunAll([request])[0].Steps);
        Assert.Equal(1, bench.Executed);
    }

    [Fact]
    public void A_key_names_all_that_determines_a_run()
    {
        var bench = lab.Open();
        var request = bench.Request(Arms.Plain, new ArmSetting(1), 3, 10, scoreTest: true);
        RunRequest[] others =
        [
            request with { Arm = Arms.BatchNorm }, request with { Arm = Arms.Plain with { Name = "other" } }, request with { Setting = new(2) }, request with { Seed = 4 }, request with { Steps = 11 },
            request with { Batch = 30 }, request with { ScoreTest = false }, request with { Data = LabBench.Data.WithTraining(100) },
            request with { Base = LabBench.Network.Dense(10) },
        ];
        Assert.Equal(others.Length + 1, others.Append(request).Select(other => other.Key).Distinct().Count());
        Assert.Equal(request.Key, lab.Open().Request(Arms.Plain, new ArmSetting(1), 3, 10, scoreTest: true).Key);
        Assert.Equal(32, request.Key.Length);
    }

    [Fact]
    public void A_diverged_run_is_censored_and_keeps_its_place()
    {
        // A rate that overflows float32: the first update leaves weights whose products are infinite.
        var network = Network.Input(28, 28, 1).Flatten().Dense(12).Relu().Dense(12).Relu().Dense(10);
        var bench = lab.Open(network: network);
        var outcome = Comparison.Run(bench, [(Arms.Plain, new ArmSetting(1e30f))], 10)[0];
        Assert.Equal((5, 5), (outcome.Runs.Length, outcome.Diverged));
        Assert.All(outcome.Runs, run =>
        {
            Assert.Contains("Training stopped at step", run.Diverged, StringComparison.Ordinal);
            Assert.Equal((0.1, 0.1), (run.Validation, run.Test));
            Assert.Equal(double.PositiveInfinity, run.StepsTo(0));
            Assert.Equal(0.1, run.AccuracyAt(10));
        });
        Assert.Equal(double.PositiveInfinity, outcome.StepsTo(0.05));
        var comparison = new Comparison(bench, [outcome], 10, [Arms.Plain.Name]);
        Assert.Equal("5 of 5", comparison.Table("best", "Best").Rows[0][^1]);
        Assert.Equal(["plain", "> 10", "0 of 5"], new[] { 0, 1, 3 }.Select(column => comparison.SpeedTable("speed", "Speed", 0.97).Rows[0][column]));
    }

    [Fact]
    public void What_ends_a_lab_keeps_what_is_finished()
    {
        using var source = new CancellationTokenSource();
        Workbench? bench = null;
        bench = lab.Open(progress: new Told(_ => { if (bench!.Executed > 0) source.Cancel(); }), token: source.Token);
        var requests = Enumerable.Range(1, 40).Select(seed => bench.Request(Arms.Plain, new ArmSetting(1), (ulong)seed, 20, scoreTest: true)).ToArray();
        Assert.ThrowsAny<OperationCanceledException>(() => bench.RunAll(requests));
        var kept = Directory.GetFiles(Path.Combine(lab.Folder, "runs"), "*.json").Count(path => !path.EndsWith("-unfinished.json", StringComparison.Ordinal));
        Assert.InRange(kept, 1, 39);
        Assert.Equal(kept, bench.Executed);
        var next = lab.Open();
        next.RunAll(requests);
        Assert.Equal(40 - kept, next.Executed);
    }

    [Fact]
    public void Progress_counts_steps_up_to_what_was_expected()
    {
        var told = new List<LabProgress>();
        var bench = lab.Open(progress: new Told(value => { lock (told) { told.Add(value); } }));
        bench.Expect("trial", 50);
        bench.RunAll([bench.Request(Arms.Plain, new ArmSetting(1), 3, 20, scoreTest: true), bench.Request(Arms.Plain, new ArmSetting(1), 4, 30, scoreTest: true)]);
        // On the way of each run, every step of these.
        Assert.Equal(50, told.Count);
        Assert.Equal(50, told.Max(value => value.Step));
        Assert.All(told, value => Assert.Equal(("trial", 50L), (value.What, value.Steps)));
        Assert.All(told, value => Assert.True(value.StepsPerSecond > 0));
    }

    [Fact]
    public void A_cell_that_makes_no_sense_is_listed_with_its_reason()
    {
        var linear = Network.Input(28, 28, 1).Flatten().Dense(10);
        var small = Arms.Plain with { Name = "large-batches", Refuses = (_, batch) => batch < 64 ? $"It needs a batch of 64, not {batch}." : null };
        var (arms, refused) = lab.Open(network: linear).Admit([Arms.Plain, Arms.BatchNorm, small]);
        Assert.Equal(["plain"], arms.Select(arm => arm.Name));
        Assert.Equal(["batch-norm", "large-batches"], refused.Select(cell => cell.Cell));
        Assert.Contains("no nonlinearity", refused[0].Reason, StringComparison.Ordinal);
        Assert.Equal("It needs a batch of 64, not 20.", refused[1].Reason);
    }

    [Fact]
    public void A_model_s_normalizations_are_taken_out()
    {
        var (network, removed) = BaseNetwork.Strip(LabBench.Network.WithBatchNormalization());
        Assert.Equal(["batchNorm1"], removed);
        Assert.Equal(NetworkFormat.Write(LabBench.Network), NetworkFormat.Write(network));
        Assert.Empty(BaseNetwork.Strip(LabBench.Network).Removed);
    }

    [Theory]
    [InlineData(4, null, "At least 5 fresh seeds")]
    [InlineData(5, 0L, "at least 1 step")]
    public void Settings_that_cannot_be_run_are_refused(int seeds, long? steps, string expected) =>
        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => lab.Open(new LabSettings { Seeds = seeds, Steps = steps })).Message, StringComparison.Ordinal);

    [Fact]
    public void A_network_that_does_not_fit_the_data_is_refused() =>
        Assert.Contains("choose a network and data that go together", Assert.Throws<ArgumentException>(() => lab.Open(network: Network.Input(5).Dense(10))).Message, StringComparison.Ordinal);
}
