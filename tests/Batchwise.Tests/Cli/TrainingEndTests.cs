using Batchwise.Cli;

namespace Batchwise.Tests.Cli;

/// <summary>What is saved and said when a training ends, and when it is interrupted on the way or after its last step.</summary>
public sealed class TrainingEndTests : IDisposable
{
    private const int Steps = 34, Batch = 20;

    private readonly DataFolder folder = new();
    private readonly CancellationTokenSource interruption = new();
    private readonly ManualTime time = new();

    public void Dispose()
    {
        interruption.Dispose();
        folder.Dispose();
    }

    private string Save => Path.Combine(folder.Path, "model");

    private string Run => Path.Combine(folder.Path, "run");

    [Fact]
    public void In_peace_the_model_is_estimated_saved_and_tested()
    {
        var (code, said) = Train();
        Assert.Equal(0, code);
        Assert.Matches($@"^training .*Test accuracy [01]\.[0-9]+, loss [0-9.]+ on .+\. Saved to {Save}\.$", said);
        Assert.DoesNotContain("Interrupted", said, StringComparison.Ordinal);
        Assert.True(HasPopulation(Save));
        Assert.NotEmpty(RunLog.Load(Run).Reports);
    }

    [Fact]
    public void Interrupted_at_a_step_it_is_saved_first_and_the_rest_is_done_if_there_is_time()
    {
        var (code, said) = Train(interruptAt: 5);
        Assert.Equal(130, code);
        Assert.Contains($"Interrupted at step 5 of 34: the model is saved to {Save}. Test accuracy ", said, StringComparison.Ordinal);
        Assert.True(HasPopulation(Save));
        Assert.Equal(5, RunLog.Load(Run).Reports[^1].Step);
    }

    [Fact]
    public void Where_there_is_no_time_it_says_what_is_missing_and_how_to_get_it()
    {
        var (code, said) = Train(interruptAt: 5, pass: _ => time.Pass(1));
        Assert.Equal(130, code);
        Assert.EndsWith(
            $"Interrupted at step 5 of 34: the model is saved to {Save}. "
            + $"The model in {Save} uses its moving averages: there was no time to estimate population statistics. Do so with: batchwise adapt {Save} --data data --save {Save} "
            + $"The model in {Save} was not tested. Do so with: batchwise evaluate {Save} --data data", said, StringComparison.Ordinal);
        Assert.False(HasPopulation(Save));
        Assert.Equal(5, RunLog.Load(Run).Reports[^1].Step);
    }

    [Fact]
    public void Interrupted_with_its_last_step_it_is_whole()
    {
        File.WriteAllText(Save, "an older one");
        var (code, said) = Train(interruptAt: Steps);
        Assert.Equal(130, code);
        Assert.Contains($"Interrupted after the last step: the model is saved to {Save}.", said, StringComparison.Ordinal);
        Assert.True(HasPopulation(Save));
    }

    [Fact]
    public void Interrupted_while_it_estimates_it_is_saved_at_once()
    {
        var examples = 0;
        var (code, said) = Train(pass: _ =>
        {
            examples++;
            interruption.Cancel();
        });
        Assert.Equal(130, code);
        Assert.InRange(examples, 1, Batch);
        Assert.DoesNotContain("Interrupted at step", said, StringComparison.Ordinal);
        Assert.Contains($"The model in {Save} uses its moving averages", said, StringComparison.Ordinal);
        Assert.False(HasPopulation(Save));
        Assert.NotEmpty(RunLog.Load(Run).Reports);
    }

    [Fact]
    public void Interrupted_it_leaves_a_model_that_is_there()
    {
        File.WriteAllText(Save, "a better one");
        var (_, said) = Train(interruptAt: 5);
        Assert.Equal("a better one", File.ReadAllText(Save));
        Assert.Contains($"saved to {Save}.interrupted.", said, StringComparison.Ordinal);
        Assert.True(HasPopulation(Save + ".interrupted"));
    }

    [Fact]
    public void Interrupted_before_its_first_step_it_saves_nothing()
    {
        interruption.Cancel();
        Assert.Equal((130, "Interrupted before the first step: nothing was saved."), Train());
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    private static bool HasPopulation(string path) => !double.IsNaN(Model.Load(path).State.Statistic("batchNorm1.populationMean")[0]);

    /// <summary>Trains a small network.</summary>
    /// <param name="interruptAt">The step after which it is interrupted.</param>
    /// <param name="pass">What happens when an example is taken for the population statistics.</param>
    private (int Code, string Said) Train(int interruptAt = 0, Action<int>? pass = null)
    {
        var output = new StringWriter();
        var terminal = new Terminal(output, output);
        var data = new Dataset([.. Enumerable.Range(0, 100 * 37).Select(i => (byte)(i * 7) / 255f)], [.. Enumerable.Range(0, 100).Select(i => i % 3)], new Shape(37), 3);
        using var trainer = new Trainer(Network.Input(37).Dense(8).Sigmoid().Dense(3).WithBatchNormalization(), new Sgd(0.1f), threads: 1);
        var rescue = new Rescue(terminal);
        var log = new LoggedRun(trainer, Run, "test", "toy", "toys", rescue);
        using var end = new TrainingEnd(trainer, new Model(trainer.State), log, rescue, terminal, interruption.Token, time);
        var steps = 0;
        var history = log.Fit(new Watched(data, i =>
        {
            // The last step's examples are taken one step before the token is asked again.
            if (interruptAt > 0 && ++steps == interruptAt * Batch)
                interruption.Cancel();
        }), Batch, Steps, terminal, interruption.Token);
        var code = end.Finish(history, Steps, Save, new Watched(data, pass ?? (_ => { })), Batch, data, "data");
        return (code, string.Join(' ', output.ToString().ReplaceLineEndings("\n").TrimEnd().Split('\n')));
    }

    /// <summary>Examples that tell when one is taken.</summary>
    private sealed class Watched(IExamples examples, Action<int> take) : IExamples
    {
        private readonly Lock taking = new();

        public int Count => examples.Count;

        public Shape Shape => examples.Shape;

        public int Classes => examples.Classes;

        public int Label(int index) => examples.Label(index);

        public void CopyInput(int index, Span<float> destination)
        {
            lock (taking)
                take(index);
            examples.CopyInput(index, destination);
        }
    }
}
