using Batchwise.Tests.Execution;

namespace Batchwise.Tests.Training;

/// <summary>A trainer while several threads use it.</summary>
public sealed class TrainerThreadsTests : IDisposable
{
    private const int Steps = 400;

    private readonly string folder = Directory.CreateTempSubdirectory("batchwise-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_second_run_is_refused_and_the_first_keeps_its_examples()
    {
        using var alone = Trainer();
        alone.Fit(new Toy(), 20, Steps);
        using var trainer = Trainer();
        using var started = new ManualResetEventSlim();
        using var refused = new ManualResetEventSlim();
        var run = Task.Run(() => trainer.Fit(new Toy(), 20, Steps, new Reports(_ =>
        {
            started.Set();
            refused.Wait();
        })));
        started.Wait();
        Assert.Contains("in the middle of another Fit", Assert.Throws<InvalidOperationException>(() => trainer.Fit(new Toy(60), 30, 1)).Message, StringComparison.Ordinal);
        refused.Set();
        await run;
        StateAssert.Same(alone.State, trainer.State);
        trainer.Fit(new Toy(60), 30, 1);
    }

    [Fact]
    public async Task Checkpoints_from_another_thread_are_of_one_step()
    {
        using var whole = Trainer();
        whole.Fit(new Toy(), 20, Steps);
        using var trainer = Trainer();
        var run = Task.Run(() => trainer.Fit(new Toy(), 20, Steps));
        var files = new List<string>();
        while (!run.IsCompleted && files.Count < 20)
        {
            files.Add(Path.Combine(folder, $"{files.Count}"));
            trainer.SaveCheckpoint(files[^1]);
        }
        await run;
        foreach (var file in files)
        {
            using var resumed = Batchwise.Trainer.Resume(file, Toy.Network, new Sgd(0.1f, 0.9f));
            resumed.Fit(new Toy(), 20, Steps - resumed.Step);
            StateAssert.Same(whole.State, resumed.State);
        }
        StateAssert.Same(whole.State, trainer.State);
    }

    [Fact]
    public async Task Evaluations_from_several_threads_each_answer_their_own_examples()
    {
        using var trainer = Trainer();
        trainer.Fit(new Toy(), 20, 20);
        var expected = Enumerable.Range(1, 8).Select(count => trainer.Evaluate(new Toy(count * 30))).ToArray();
        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(() => trainer.Evaluate(new Toy((i % 8 + 1) * 30)))));
        Assert.All(answers.Index(), answer => Assert.Equal(expected[answer.Index % 8], answer.Item));
    }

    [Fact]
    public async Task Who_is_told_of_progress_on_another_thread_may_evaluate_and_look()
    {
        using var alone = Trainer();
        alone.Fit(new Toy(), 20, Steps);
        using var trainer = Trainer();
        var probe = trainer.Probe("dense1");
        var told = new List<Task>();
        trainer.Fit(new Toy(), 20, Steps, new Reports(_ => told.Add(Task.Run(() =>
        {
            Assert.True(double.IsFinite(trainer.Evaluate(new Toy(30)).Loss));
            Assert.True(float.IsFinite(probe.Read(new Toy(3))[0]));
            Assert.Equal(Toy.Network, trainer.ToModel().Network);
        }))));
        await Task.WhenAll(told);
        Assert.Equal(100, told.Count);
        StateAssert.Same(alone.State, trainer.State);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Disposing_ends_a_run_after_the_step_at_hand(int threads)
    {
        for (var i = 0; i < 20; i++)
        {
            using var trainer = new Trainer(Toy.Network, new Sgd(0.1f, 0.9f), threads: threads);
            using var started = new ManualResetEventSlim();
            var run = Task.Run(() => trainer.Fit(new Toy(), 20, 10_000, new Reports(_ => started.Set())));
            started.Wait();
            trainer.Dispose();
            var error = await Assert.ThrowsAsync<ObjectDisposedException>(() => run);
            Assert.Contains("Trainer", error.ObjectName, StringComparison.Ordinal);
            Assert.InRange(trainer.Step, 100, 9_999);
            Assert.Throws<ObjectDisposedException>(() => trainer.Fit(new Toy(), 20, 0));
            // Who is told of progress may come late.
            Assert.Equal(new Model(trainer.State).Evaluate(new Toy(), StatisticsSource.Moving), trainer.Evaluate(new Toy()));
            using var resumed = Batchwise.Trainer.Resume(Checkpoint(trainer), Toy.Network, new Sgd(0.1f, 0.9f));
            Assert.Equal(trainer.Step, resumed.Step);
        }
    }

    private string Checkpoint(Trainer trainer)
    {
        var path = Path.Combine(folder, "checkpoint");
        trainer.SaveCheckpoint(path);
        return path;
    }

    private static Trainer Trainer() => new(Toy.Network, new Sgd(0.1f, 0.9f), 3);
}
