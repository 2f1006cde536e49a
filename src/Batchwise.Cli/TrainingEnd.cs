using static System.FormattableString;

namespace Batchwise.Cli;

/// <summary>
/// What comes after the steps of a training: its model and log are saved, population statistics are estimated, the model is tested. A training that is
/// interrupted saves first, because the rest may take longer than whoever asked it to end will wait.
/// </summary>
sealed class TrainingEnd : IDisposable
{
    // Containers are killed 10 seconds after they were asked to end, and the step at hand comes before.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(4);

    private readonly Trainer trainer;
    private readonly Model model;
    private readonly LoggedRun run;
    private readonly Rescue rescue;
    private readonly Terminal terminal;
    private readonly CancellationToken interruption;
    private readonly CancellationTokenSource limit;
    private readonly CancellationTokenRegistration registration;

    /// <summary>Prepares the end, before the first step.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="model">What is saved: a model of the trainer's state.</param>
    /// <param name="run">Keeps the run's log.</param>
    /// <param name="rescue">Saves.</param>
    /// <param name="terminal">Is told what is saved where.</param>
    /// <param name="interruption">Interrupts the training, or its end.</param>
    /// <param name="time">Measures the grace. Default: the system's.</param>
    public TrainingEnd(
        Trainer trainer, Model model, LoggedRun run, Rescue rescue, Terminal terminal, CancellationToken interruption, TimeProvider? time = null)
    {
        limit = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time ?? TimeProvider.System);
        (this.trainer, this.model, this.run, this.rescue, this.terminal, this.interruption) = (trainer, model, run, rescue, terminal, interruption);
        registration = interruption.Register(() => limit.CancelAfter(Grace));
    }

    /// <summary>Where the model of an interrupted run goes: beside a file that is there, whose model may be worth more.</summary>
    public static string Beside(string save) => new FileInfo(save) is { Exists: true, Length: > 0 } ? Path.ChangeExtension(save, "interrupted" + Path.GetExtension(save)) : save;

    /// <summary>Ends a training.</summary>
    /// <param name="history">What it reported.</param>
    /// <param name="steps">The steps that it was to take.</param>
    /// <param name="save">Where the model is asked for.</param>
    /// <param name="train">The training examples as the network sees them, without distortions.</param>
    /// <param name="batch">Examples per step.</param>
    /// <param name="test">The examples that it is tested by.</param>
    /// <param name="data">The option that named them, for a line to type; null for generated ones.</param>
    /// <returns>The command's exit code.</returns>
    public int Finish(TrainingHistory history, long steps, string save, IExamples train, int batch, Dataset test, string? data)
    {
        if (trainer.Step == 0)
        {
            terminal.Line("Interrupted before the first step: nothing was saved.");
            return Program.Interrupted;
        }
        var place = history.Cancelled ? Beside(save) : save;
        var interrupted = interruption.IsCancellationRequested;
        if (interrupted)
        {
            place = rescue.Write(place, model.Save);
            terminal.Line((history.Cancelled ? Invariant($"Interrupted at step {trainer.Step:N0} of {steps:N0}") : "Interrupted after the last step") + $": the model is saved to {place}.");
        }
        // A training that is interrupted now has taken all its steps: what comes after them ends at once.
        var end = interrupted ? limit.Token : interruption;
        var estimated = Estimate(train, batch, end);
        if (!interrupted || estimated)
            place = rescue.Write(place, model.Save);
        run.Save();
        if (!estimated)
            terminal.Line($"The model in {place} uses its moving averages: there was no time to estimate population statistics.{Line(data, $"adapt {place} --data {data} --save {place}")}");
        if (!Test(test, place, end))
            terminal.Line($"The model in {place} was not tested.{Line(data, $"evaluate {place} --data {data}")}");
        return interruption.IsCancellationRequested ? Program.Interrupted : rescue.ExitCode;
    }

    public void Dispose()
    {
        registration.Dispose();
        limit.Dispose();
    }

    private static string Line(string? data, string line) => data is null ? "" : $" Do so with: batchwise {line}";

    private bool Estimate(IExamples train, int batch, CancellationToken end)
    {
        try
        {
            trainer.EstimatePopulation(train, batch, cancellationToken: end);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private bool Test(Dataset test, string place, CancellationToken end)
    {
        try
        {
            end.ThrowIfCancellationRequested();
            var result = Task.Run(() => model.Evaluate(test), CancellationToken.None).WaitAsync(end).GetAwaiter().GetResult();
            terminal.Line(Invariant($"Test accuracy {result.Accuracy:0.0000}, loss {result.Loss:0.0000} on {test.Name}. Saved to {place}."));
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
