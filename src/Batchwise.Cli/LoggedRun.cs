namespace Batchwise.Cli;

/// <summary>A training run that leaves its log in a folder, however it ends.</summary>
sealed class LoggedRun(Trainer trainer, string? folder, string command, string network, string data)
{
    /// <summary>Trains, and writes the log if a folder was named.</summary>
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
            var history = trainer.Fit(train, batch, steps, progress, cancellationToken);
            Save(history.Reports, null);
            return history;
        }
        catch (TrainingDivergedException error)
        {
            Save(reports, new Divergence(error.Step, error.Where));
            throw;
        }

        void Save(IEnumerable<TrainingProgress> reported, Divergence? divergence)
        {
            if (folder is not null)
                (RunLog.Of(trainer, command, network, data, batch, steps, reported) with { Divergence = divergence }).Save(folder);
        }
    }

    /// <summary>The exit code of a command whose run has ended; of one that was interrupted it says so.</summary>
    public int Ended(Terminal terminal, CancellationToken cancellationToken)
    {
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
