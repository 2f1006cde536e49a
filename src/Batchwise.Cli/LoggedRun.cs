namespace Batchwise.Cli;

/// <summary>A training run that leaves its log in a folder, however it ends.</summary>
sealed class LoggedRun(Trainer trainer, string? folder, string command, string network, string data)
{
    private RunLog? finished;

    /// <summary>Trains. Of a run that diverges the log is written, if a folder was named; of others by <see cref="Ended"/>.</summary>
    /// <exception cref="TrainingDivergedException">The run diverged; the log says so.</exception>
    public TrainingHistory Fit(IExamples train, int batch, long steps, Action<TrainingProgress> report, CancellationToken cancellationToken)
    {
        var reports = new List<TrainingProgress>();
        var progress = new Reporter(value =>
        {
            reports.Add(value);
            report(value);
        });
        try
        {
            var history = trainer.Fit(train, batch, steps, progress, cancellationToken: cancellationToken);
            finished = Log(history.Reports, null);
            return history;
        }
        catch (TrainingDivergedException error)
        {
            if (folder is not null)
                Log(reports, new Divergence(error.Step, error.Where)).Save(folder);
            throw;
        }

        RunLog Log(IEnumerable<TrainingProgress> reported, Divergence? divergence) =>
            RunLog.Of(trainer, command, network, data, batch, steps, reported) with { Divergence = divergence };
    }

    /// <summary>
    /// Whether there is a model to save: not of a run that was interrupted before its first step, which would replace one that is
    /// worth more. Says so, and of a run that was interrupted later that its end takes a while.
    /// </summary>
    public bool LeavesModel(Terminal terminal, CancellationToken cancellationToken)
    {
        if (!cancellationToken.IsCancellationRequested)
            return true;
        terminal.Line(trainer.Step == 0
            ? "Interrupted before the first step: nothing was saved."
            : "Interrupted: population statistics are estimated, then the model is saved; Ctrl+C once more leaves without.");
        return trainer.Step > 0;
    }

    /// <summary>Where the model goes: of a run that was interrupted beside the file that is there, whose model may be worth more.</summary>
    public static string Target(string save, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested && new FileInfo(save) is { Exists: true, Length: > 0 }
            ? Path.ChangeExtension(save, "interrupted" + Path.GetExtension(save))
            : save;

    /// <summary>
    /// Writes the log, after the model, which is worth more; the exit code of a command whose run has ended. Of one that was interrupted it says so.
    /// </summary>
    public int Ended(Terminal terminal, CancellationToken cancellationToken)
    {
        if (folder is not null)
            finished?.Save(folder);
        if (!cancellationToken.IsCancellationRequested)
            return 0;
        terminal.Line(FormattableString.Invariant($"Interrupted: the model is that of step {trainer.Step:N0}."));
        return Program.Interrupted;
    }

    private sealed class Reporter(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
