using System.Diagnostics;

namespace Batchwise.Lab;

/// <summary>Runs one network of Figure 1.</summary>
public static class Figure1Run
{
    /// <summary>Trains one network, follows it, and scores its end with the population statistics.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="data">The data.</param>
    /// <param name="batchNormalized">Which network.</param>
    /// <param name="progress">Is told at every scored step.</param>
    /// <param name="cancellationToken">Ends the run; what it has is returned.</param>
    public static VariantResult Run(
        Figure1Settings settings, Figure1Data data, bool batchNormalized, IProgress<LabProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(data);
        var name = batchNormalized ? "batch-norm" : "plain";
        var network = settings.CreateNetwork(data.Train.Shape, data.Train.Classes, batchNormalized);
        using var trainer = new Trainer(network, new Sgd(settings.Rate), settings.Seed, threads: settings.Threads);
        var probe = settings.FollowRun ? trainer.Probe(Figure1Settings.LastHiddenInput(batchNormalized)) : null;
        var moments = new List<Moment>();
        var (all, training) = (Stopwatch.StartNew(), new Stopwatch());
        string? diverged = null;
        foreach (var checkpoint in settings.Checkpoints())
        {
            try
            {
                training.Start();
                trainer.Fit(data.Train, settings.Batch, checkpoint - trainer.Step, cancellationToken: cancellationToken);
            }
            catch (TrainingDivergedException error)
            {
                diverged = error.Message;
            }
            finally
            {
                training.Stop();
            }
            if (probe is not null && trainer.Step > 0)
                moments.Add(Look(trainer, probe, data));
            progress?.Report(new(name, trainer.Step, settings.Steps, moments.Count > 0 ? moments[^1].TestAccuracy : double.NaN, trainer.Step / all.Elapsed.TotalSeconds));
            if (diverged is not null || cancellationToken.IsCancellationRequested)
                break;
        }
        trainer.EstimatePopulation(data.Train, settings.Batch);
        return new VariantResult
        {
            Name = name,
            Settings = settings,
            Steps = trainer.Step,
            MicrosecondsPerStep = training.Elapsed.TotalMicroseconds / Math.Max(1, trainer.Step),
            Moments = moments,
            Diverged = diverged,
            Cancelled = trainer.Step < settings.Steps && diverged is null,
            ValidationAccuracy = trainer.Evaluate(data.Validation, StatisticsSource.PopulationElseMoving).Accuracy,
            FinalTestAccuracy = trainer.Evaluate(data.Test, StatisticsSource.PopulationElseMoving).Accuracy,
        };
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
