using System.Collections.Immutable;
using Batchwise.Lab;

namespace Batchwise.Tests.Lab;

/// <summary>A run that was interrupted goes on from its last checkpoint, to the same bits as if it had not stopped.</summary>
public sealed class KeptTrainingTests : IDisposable
{
    private readonly LabBench lab = new();

    public void Dispose() => lab.Dispose();

    private string Runs => Path.Combine(lab.Folder, "runs");

    public static TheoryData<string> ArmNames => [.. Arms.All.Select(arm => arm.Name)];

    [Theory]
    [MemberData(nameof(ArmNames))]
    public void A_run_of_every_method_goes_on_to_the_same_bits(string name)
    {
        var arm = Arms.All.Single(arm => arm.Name == name);
        // Ghost batches need a batch of 32.
        var network = arm.Refusal(LabBench.Network, 32) is null ? LabBench.Network : LabBench.Convolutional;
        Assert.Null(arm.Refusal(network, 32));
        var bench = lab.Open(LabBench.Settings with { Batch = 32 }, network: network);
        var request = bench.Request(arm, new ArmSetting(0.1f, arm.Choice?.Values[0]), 3, 20, scoreTest: true);
        var whole = SingleRun.Execute(request, new(new RunStore(Path.Combine(lab.Folder, "whole")), _ => { }, TestContext.Current.CancellationToken));

        Interrupt(13, context => SingleRun.Execute(request, context));
        List<long> told = [];
        SingleRun.Execute(request, Context(told.Add));
        Assert.Equal(13, told[0]);
        Assert.Equal(2, Directory.GetFiles(Runs).Length);
        var resumed = bench.RunAll([request])[0];
        Assert.Equal((whole.Steps, whole.Validation, whole.Test, whole.Diverged), (resumed.Steps, resumed.Validation, resumed.Test, resumed.Diverged));
        Assert.Equal(whole.Points.Select(point => (point.Step, point.Accuracy)), resumed.Points.Select(point => (point.Step, point.Accuracy)));
        // Nothing but the result is left.
        Assert.Single(Directory.GetFiles(Runs));
        Assert.Empty(bench.Remarks);
    }

    [Fact]
    public void Weights_looks_and_times_go_on_from_the_checkpoint()
    {
        var (whole, weights) = Train(new RunStore(Path.Combine(lab.Folder, "whole")), _ => { });
        Assert.Throws<OperationCanceledException>(() => Train(new RunStore(lab.Folder), step => { if (step == 8) throw new OperationCanceledException(); }));

        List<long> told = [];
        var (resumed, same) = Train(new RunStore(lab.Folder), told.Add);
        Assert.Equal(8, told[0]);
        Assert.Equal(whole.Select(point => point.Accuracy), resumed.Select(point => point.Accuracy));
        Assert.Equal([5, 10, 15], resumed.Select(point => point.Step));
        Assert.Equal(weights, same);
        Assert.True(resumed[0].Seconds > 0 && resumed[1].Seconds > resumed[0].Seconds);
    }

    [Fact]
    public void A_run_that_is_killed_at_any_step_goes_on_from_the_checkpoint_before()
    {
        var (_, weights) = Train(new RunStore(Path.Combine(lab.Folder, "whole")), _ => { });
        // Each time it is killed one step later, and goes on from where it was.
        for (var kill = 1; kill < 15; kill++)
        {
            List<long> told = [];
            Assert.Throws<OperationCanceledException>(() => Train(new RunStore(lab.Folder), step =>
            {
                told.Add(step);
                if (step == kill)
                    throw new OperationCanceledException();
            }));
            Assert.Equal(kill - 1, told[0]);
            Assert.Equal([$"{RunStore.KeyOf(Spec)}-step{kill}.safetensors", $"{RunStore.KeyOf(Spec)}-unfinished.json"], Directory.GetFiles(Runs).Select(Path.GetFileName).Order());
        }
        var (_, same) = Train(new RunStore(lab.Folder), _ => { });
        Assert.Equal(weights, same);
    }

    [Fact]
    public void Where_checkpoints_cannot_be_written_the_run_goes_on_and_it_is_said()
    {
        File.WriteAllText(Runs, "a file where the folder should be");
        var store = new RunStore(lab.Folder);
        var (points, _) = Train(store, _ => { });
        Assert.Equal(3, points.Length);
        Assert.All(store.Remarks, remark => Assert.StartsWith("A checkpoint could not be written, and its run went on without it. ", remark, StringComparison.Ordinal));
        Assert.NotEmpty(store.Remarks);
    }

    [Fact]
    public void Where_finished_runs_cannot_be_written_their_results_are_taken_all_the_same()
    {
        File.WriteAllText(Runs, "a file where the folder should be");
        var bench = lab.Open();
        RunRequest[] requests = [.. new[] { Arms.Plain, Arms.BatchNorm }.Select(arm =>
            bench.Request(arm, new ArmSetting(1), 3, 5, scoreTest: true))];
        Assert.All(bench.RunAll(requests), run => Assert.NotNull(run.Test));
        Assert.Equal(2, bench.Remarks.Count);
        Assert.All(bench.Remarks, remark => Assert.StartsWith(
            "A finished run could not be kept, and is made again the next time. ", remark, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("step", "-1")]
    [InlineData("step", "16")]
    [InlineData("step", "3")]
    [InlineData("step", "11")]
    [InlineData("points", "[null]")]
    [InlineData("points/0/accuracy", "1.5")]
    [InlineData("points/0/step", "4")]
    [InlineData("seconds", "-1")]
    [InlineData("secondsInAll", "-1")]
    [InlineData("checkpoint", "removed")]
    [InlineData("checkpoint", "cut")]
    [InlineData("checkpoint", "another step's")]
    [InlineData("checkpoint", "another network's")]
    public void What_cannot_be_gone_on_from_is_begun_anew_with_a_sentence(string property, string value)
    {
        var (_, weights) = Train(new RunStore(Path.Combine(lab.Folder, "whole")), _ => { });
        Assert.Throws<OperationCanceledException>(() => Train(new RunStore(lab.Folder), step => { if (step == 8) throw new OperationCanceledException(); }));
        var checkpoint = Directory.GetFiles(Runs, "*.safetensors").Single();
        switch (value)
        {
            case "removed":
                File.Delete(checkpoint);
                break;
            case "cut":
                File.WriteAllBytes(checkpoint, File.ReadAllBytes(checkpoint)[..^9]);
                break;
            case "another step's":
                using (var trainer = new Trainer(LabBench.Network, new Sgd(1), threads: 1))
                    trainer.SaveCheckpoint(checkpoint);
                break;
            case "another network's":
                using (var trainer = new Trainer(LabBench.Convolutional, new Sgd(1), threads: 1))
                    trainer.SaveCheckpoint(checkpoint);
                break;
            default:
                KeptFiles.Change(Directory.GetFiles(Runs, "*.json").Single(), property, value);
                break;
        }

        var store = new RunStore(lab.Folder);
        List<long> told = [];
        var (_, same) = Train(store, told.Add);
        Assert.Equal(0, told[0]);
        Assert.Equal(weights, same);
        Assert.EndsWith("): its run was made again.", Assert.Single(store.Remarks), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(20)]
    [InlineData(33)]
    public void A_run_of_covariate_shift_goes_on_with_its_drifts(int step)
    {
        var job = ShiftMeasurement.Job(lab.Open().Request(Arms.BatchNorm, new ArmSetting(1), 3, 40, scoreTest: true));
        var whole = job.Execute(new(new RunStore(Path.Combine(lab.Folder, "whole")), _ => { }, TestContext.Current.CancellationToken));
        Interrupt(step, context => job.Execute(context));
        var first = -1L;
        var resumed = job.Execute(Context(now => first = first < 0 ? now : first));
        // It goes on from its last look.
        Assert.Equal(step / 2 * 2 - (step % 2 == 0 ? 2 : 0), first);
        Assert.Equal(whole.Test, resumed.Test);
        Assert.Equal(whole.Looks.Select(Text), resumed.Looks.Select(Text));
        static string Text(ShiftLook look) => System.Text.Json.JsonSerializer.Serialize(look, ResultJson.Readable.ShiftLook);
    }

    [Fact]
    public void A_measurement_goes_on_to_the_same_value()
    {
        var job = Measurement.Job(lab.Open().Request(Arms.BatchNorm, new ArmSetting(1), 3, 20, scoreTest: false), "weights", (state, _) => [.. state.Parameter("dense1.weight").ToArray().Select(value => (double)value)]);
        var whole = job.Execute(new(new RunStore(Path.Combine(lab.Folder, "whole")), _ => { }, TestContext.Current.CancellationToken));
        Interrupt(11, context => job.Execute(context));
        var first = -1L;
        Assert.Equal(whole.Values, job.Execute(Context(step => first = first < 0 ? step : first)).Values);
        Assert.Equal(11, first);
    }

    private const string Spec = "a test";

    /// <summary>15 steps with a look after every fifth, and a checkpoint at every step.</summary>
    private static (ImmutableArray<RunPoint> Points, float[] Weights) Train(RunStore store, Action<long> told)
    {
        using var training = new KeptTraining<RunPoint>(
            store, Spec, ResultJson.Readable.UnfinishedRunRunPoint, [5, 10, 15], 15,
            () => new Trainer(LabBench.Network, new Sgd(0.1f, momentum: 0.9f), threads: 1), path => Trainer.Resume(path, LabBench.Network, new Sgd(0.1f, momentum: 0.9f), threads: 1))
        { Interval = TimeSpan.Zero, Told = told };
        foreach (var look in training.ToCome)
        {
            training.FitTo(look, LabBench.Data.Train, 20, CancellationToken.None);
            training.Add(new(look, training.Seconds, training.Trainer.Evaluate(LabBench.Data.Validation).Accuracy));
        }
        return (training.Points, training.Trainer.State.Parameter("dense1.weight").ToArray());
    }

    private RunContext Context(Action<long> told) => new(new RunStore(lab.Folder), told, TestContext.Current.CancellationToken);

    private void Interrupt(long at, Action<RunContext> run)
    {
        using var source = new CancellationTokenSource();
        var context = new RunContext(new RunStore(lab.Folder), step => { if (step >= at) source.Cancel(); }, source.Token);
        Assert.ThrowsAny<OperationCanceledException>(() => run(context));
    }
}
