using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;

namespace Batchwise.Lab;

/// <summary>
/// A training run that is looked at on its way and leaves checkpoints: when it is cancelled, and once a minute. A run that was interrupted
/// goes on from its last checkpoint, to the same bits as if it had not stopped.
/// </summary>
/// <typeparam name="TPoint">What a look gives.</typeparam>
sealed class KeptTraining<TPoint> : IDisposable
    where TPoint : class, IRunPoint
{
    private static readonly TimeSpan BetweenCheckpoints = TimeSpan.FromMinutes(1);

    private readonly RunStore? store;
    private readonly string spec;
    private readonly JsonTypeInfo<UnfinishedRun<TPoint>> type;
    private readonly Stopwatch all = Stopwatch.StartNew();
    private readonly Stopwatch training = new();
    private readonly UnfinishedRun<TPoint> before;
    private TimeSpan saved;

    /// <summary>Begins a run, or goes on with one that was interrupted.</summary>
    /// <param name="store">Where checkpoints are kept; null for none.</param>
    /// <param name="spec">What determines the run.</param>
    /// <param name="type">How checkpoints are written and read.</param>
    /// <param name="looks">The steps at which it is looked at, in ascending order.</param>
    /// <param name="steps">The steps of the whole run.</param>
    /// <param name="begin">Makes the trainer of a new run.</param>
    /// <param name="resume">Makes the trainer of a checkpoint's path.</param>
    public KeptTraining(
        RunStore? store, string spec, JsonTypeInfo<UnfinishedRun<TPoint>> type, IReadOnlyList<long> looks, long steps, Func<Trainer> begin, Func<string, Trainer> resume)
    {
        (this.store, this.spec, this.type) = (store, spec, type);
        (before, Trainer) = store?.Resume(spec, type, run => run.FaultOf(looks, steps), resume) ?? (new(spec, 0, [], 0, 0), begin());
        Points = before.Points;
        ToCome = looks.Skip(Points.Length);
    }

    /// <summary>The trainer.</summary>
    public Trainer Trainer { get; }

    /// <summary>The looks so far, those before an interruption among them.</summary>
    public ImmutableArray<TPoint> Points { get; private set; }

    /// <summary>The steps at which it is still to be looked at.</summary>
    public IEnumerable<long> ToCome { get; }

    /// <summary>Seconds spent training, those before an interruption among them.</summary>
    public double Seconds => before.Seconds + training.Elapsed.TotalSeconds;

    /// <summary>Seconds with all evaluations.</summary>
    public double SecondsInAll => before.SecondsInAll + all.Elapsed.TotalSeconds;

    /// <summary>
    /// Whether checkpoints are left only by <see cref="Add"/>, and by each: for a run that carries more from look to look than its trainer
    /// does. Default: no.
    /// </summary>
    public bool OnlyAtLooks { get; init; }

    /// <summary>The time from one checkpoint to the next. Default: a minute.</summary>
    public TimeSpan Interval { get; init; } = BetweenCheckpoints;

    /// <summary>Is told of the steps taken so far, between two of them: first where the run begins or goes on. Default: nobody is.</summary>
    public Action<long>? Told { get; init; }

    /// <summary>Trains up to a step; does nothing where the run is already there.</summary>
    /// <param name="step">The step.</param>
    /// <param name="examples">The training examples.</param>
    /// <param name="batch">Examples per step.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="OperationCanceledException">It was ended, and has left a checkpoint.</exception>
    /// <exception cref="TrainingDivergedException">A loss, gradient or statistic is not finite.</exception>
    public void FitTo(long step, IExamples examples, int batch, CancellationToken cancellationToken)
    {
        Told?.Invoke(Trainer.Step);
        training.Start();
        try
        {
            Trainer.Fit(examples, batch, step - Trainer.Step, new Between(this), cancellationToken: cancellationToken);
        }
        finally
        {
            training.Stop();
        }
        if (cancellationToken.IsCancellationRequested && !OnlyAtLooks && Trainer.Step > 0)
            Save();
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Adds a look at the run as it is now.</summary>
    public void Add(TPoint point)
    {
        Points = Points.Add(point);
        if (OnlyAtLooks)
            TrySave();
    }

    /// <summary>Ends the trainer's threads.</summary>
    public void Dispose() => Trainer.Dispose();

    private void Save()
    {
        store?.KeepUnfinished(new(spec, Trainer.Step, Points, Seconds, SecondsInAll), type, Trainer);
        saved = all.Elapsed;
    }

    // A run is worth more than its checkpoint: where that cannot be written, the run goes on.
    private void TrySave()
    {
        try
        {
            Save();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            saved = all.Elapsed;
            store?.Remark($"A checkpoint could not be written, and its run went on without it. {error.Message}");
        }
    }

    private void SaveIfDue()
    {
        if (store is null || OnlyAtLooks || all.Elapsed - saved < Interval)
            return;
        training.Stop();
        TrySave();
        training.Start();
    }

    private sealed class Between(KeptTraining<TPoint> run) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            run.SaveIfDue();
            run.Told?.Invoke(value.Step);
        }
    }
}
