namespace Batchwise.Cli;

/// <summary>A training run that leaves its log in a folder, however it ends.</summary>
sealed class LoggedRun(Trainer trainer, string? folder, string command, string network, string data, Rescue rescue)
{
    private RunLog? finished;

    /// <summary>Trains. Of a run that diverges the log is written, if a folder was named; of others by <see cref="Save"/>.</summary>
    /// <exception cref="TrainingDivergedException">The run diverged; the log says so.</exception>
    public TrainingHistory Fit(IExamples train, int batch, long steps, Terminal terminal, CancellationToken cancellationToken)
    {
        var reports = new List<TrainingProgress>();
        var start = TimeProvider.System.GetTimestamp();
        try
        {
            var history = terminal.Progress(progress => trainer.Fit(train, batch, steps, new Reporter(value =>
            {
                reports.Add(value);
                progress.Report(new("training", value.Step, value.LastStep, value.Accuracy, value.Step / TimeProvider.System.GetElapsedTime(start).TotalSeconds));
            }), cancellationToken: cancellationToken));
            finished = Log(history.Reports, null);
            return history;
        }
        catch (TrainingDivergedException error)
        {
            finished = Log(reports, new Divergence(error.Step, error.Where));
            Save();
            throw;
        }

        RunLog Log(IEnumerable<TrainingProgress> reported, Divergence? divergence) =>
            RunLog.Of(trainer, command, network, data, batch, steps, reported) with { Divergence = divergence };
    }

    /// <summary>Writes the log of a run that has ended, if a folder was named.</summary>
    public void Save()
    {
        if (folder is not null)
            rescue.Write(folder, finished!.Save);
    }

    private sealed class Reporter(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
