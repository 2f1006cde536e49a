namespace Batchwise.Lab;

/// <summary>Runs one network of Figure 1.</summary>
public static class Figure1Run
{
    /// <summary>Trains one network, follows it, and scores its end with the population statistics.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="data">The data.</param>
    /// <param name="batchNormalized">Which network.</param>
    /// <param name="progress">Is told at every scored step.</param>
    /// <param name="store">
    /// Where the run is kept: one that is finished is read from there, and one that was interrupted goes on from its last checkpoint, to the
    /// same bits. Default: nowhere.
    /// </param>
    /// <param name="cancellationToken">Ends the run; what it has is returned.</param>
    public static VariantResult Run(
        Figure1Settings settings, Figure1Data data, bool batchNormalized, IProgress<LabProgress>? progress = null, RunStore? store = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(data);
        var name = batchNormalized ? "batch-norm" : "plain";
        var spec = store is null ? "" : KeptVariant.SpecOf(settings, data, name);
        if (store?.Find(spec, ResultJson.Readable.KeptVariant, kept => kept.FaultOf(settings, name)) is { } finished)
            return finished.Result with { Settings = settings };
        using var training = Open(settings, data, batchNormalized, spec, store);
        var trainer = training.Trainer;
        var probe = trainer.Probe(Figure1Settings.LastHiddenInput(batchNormalized));
        void Tell(double accuracy) => progress?.Report(new(name, trainer.Step, settings.Steps, accuracy, trainer.Step / Math.Max(1e-9, training.SecondsInAll)));

        string? diverged = null;
        try
        {
            foreach (var look in training.ToCome)
            {
                training.FitTo(look, data.Train, settings.Batch, cancellationToken);
                training.Add(Look(trainer, probe, data));
                Tell(training.Points[^1].TestAccuracy);
            }
            training.FitTo(settings.Steps, data.Train, settings.Batch, cancellationToken);
        }
        catch (TrainingDivergedException error)
        {
            diverged = error.Message;
        }
        catch (OperationCanceledException)
        {
            // What it has up to here is told all the same.
        }
        var moments = training.Points;
        // One that ended between two looks is looked at where it ended.
        if (settings.FollowRun && trainer.Step > (moments.IsEmpty ? 0 : moments[^1].Step))
            moments = moments.Add(Look(trainer, probe, data));
        Tell(moments.IsEmpty ? double.NaN : moments[^1].TestAccuracy);
        trainer.EstimatePopulation(data.Train, settings.Batch, cancellationToken: CancellationToken.None);
        var result = new VariantResult
        {
            Name = name,
            Settings = settings,
            Steps = trainer.Step,
            MicrosecondsPerStep = training.Seconds * 1e6 / Math.Max(1, trainer.Step),
            Moments = moments,
            Diverged = diverged,
            Cancelled = trainer.Step < settings.Steps && diverged is null,
            ValidationAccuracy = trainer.Evaluate(data.Validation, StatisticsSource.PopulationElseMoving).Accuracy,
            FinalTestAccuracy = trainer.Evaluate(data.Test, StatisticsSource.PopulationElseMoving).Accuracy,
        };
        if (!result.Cancelled)
            store?.Keep(new KeptVariant(spec, result), ResultJson.Readable.KeptVariant);
        return result;
    }

    private static KeptTraining<Moment> Open(Figure1Settings settings, Figure1Data data, bool batchNormalized, string spec, RunStore? store)
    {
        var network = settings.CreateNetwork(data.Train.Shape, data.Train.Classes, batchNormalized);
        var optimizer = new Sgd(settings.Rate);
        return new(
            store, spec, ResultJson.Readable.UnfinishedRunMoment, settings.FollowRun ? [.. settings.Checkpoints()] : [], settings.Steps,
            () => new Trainer(network, optimizer, settings.Seed, threads: settings.Threads),
            path => Trainer.Resume(path, network, optimizer, threads: settings.Threads));
    }

    private static Moment Look(Trainer trainer, LayerProbe probe, Figure1Data data)
    {
        var values = probe.Read(data.Observed);
        var units = values.Length / data.Observed.Count;
        var percentiles = new float[units * 3];
        var column = new float[data.Observed.Count];
        for (var unit = 0; unit < units; unit++)
        {
            for (var i = 0; i < column.Length; i++)
                column[i] = values[i * units + unit];
            Array.Sort(column);
            for (var p = 0; p < 3; p++)
                percentiles[unit * 3 + p] = Percentile(column, Percents[p]);
        }
        return new Moment(trainer.Step, trainer.Evaluate(data.Test).Accuracy, percentiles);
    }

    private static ReadOnlySpan<double> Percents => [15, 50, 85];

    /// <summary>A percentile of sorted values, between neighbours in proportion.</summary>
    internal static float Percentile(ReadOnlySpan<float> sorted, double percent)
    {
        var place = percent / 100 * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return (float)(sorted[below] + (place - below) * (sorted[above] - sorted[below]));
    }
}
