using static System.FormattableString;

namespace Batchwise;

/// <summary>Answers that get worse when the batch's statistics are replaced by the stored ones, and the layers to blame.</summary>
sealed class InferenceGap : HealthCheck
{
    /// <summary>The loss of accuracy that is a gap: a point. Less is within what a choice of seed changes.</summary>
    private const double SmallestDrop = 0.01;

    /// <summary>The growth of the loss that is a gap. Batches only add noise, so stored statistics normally lower it.</summary>
    private const double SmallestGrowth = 1.25;

    /// <summary>Standard errors that a difference must exceed: at 3, chance makes one in 700 look worse.</summary>
    private const double StandardErrors = 3;

    public override string Name => "inference-gap";

    public override Evidence Needs => Evidence.State | Evidence.Examples;

    public override string? MissingIn(Patient patient) =>
        patient.Normalizations.Any(Normalizations.UsesBatch) ? null : "a layer that normalizes by its batch in training";

    public override IEnumerable<Finding> Examine(Patient patient)
    {
        var (state, sweep) = (patient.State!, patient.Sweep!);
        var batch = sweep.Answer(state, NetworkMode.Statistics);
        var stored = sweep.Answer(state, NetworkMode.Inference);
        if (Gap(batch, stored, sweep) is not { } severity)
            yield break;

        var blamed = 0;
        foreach (var node in patient.Normalizations.Where(Normalizations.UsesBatch))
        {
            var frozen = NetworkState.Create(Normalizations.Freeze(patient.Network, node), 0);
            frozen.CopyMatching(state);
            var alone = sweep.Answer(frozen, NetworkMode.Statistics);
            if (Gap(batch, alone, sweep) is null)
                continue;
            blamed++;
            yield return Found(severity, patient.NameOf(node), "this layer alone on its stored statistics, all others on the batch's", batch, alone, sweep);
        }
        if (blamed == 0)
            yield return Found(severity, null, "no layer by itself: the stored statistics of all normalizations together", batch, stored, sweep);
    }

    private Finding Found(FindingSeverity severity, string? layer, string where, Answers batch, Answers stored, Sweep sweep) => new()
    {
        Check = Name,
        Severity = severity,
        Layer = layer,
        What = Invariant($"Over {sweep.Count} examples the network has {Text(batch, sweep)} with the statistics of its batches (of {sweep.Batch}), and {Text(stored, sweep)} with stored ones."),
        Where = where,
        Why = "Training saw the batch's statistics; inference uses the stored ones, and they are not those of these data.",
        Remedy = "Estimate the population statistics from data like these (Trainer.EstimatePopulation, 'batchwise adapt'); if they were, look for what differs between training and use: preprocessing, dropout before a normalization, batches that are not a random choice.",
    };

    /// <summary>How bad the answers of a network are against those of another; null if not worse than chance and taste allow.</summary>
    private static FindingSeverity? Gap(Answers better, Answers worse, Sweep sweep)
    {
        var count = better.Losses.Length;
        if (sweep.HasAnswers)
        {
            // McNemar's: only examples that one answers better than the other tell, and their difference has this deviation.
            var lost = Enumerable.Range(0, count).Sum(i => Math.Max(0, better.Right[i] - worse.Right[i]));
            var won = Enumerable.Range(0, count).Sum(i => Math.Max(0, worse.Right[i] - better.Right[i]));
            if (lost - won > SmallestDrop * better.Count + StandardErrors * Math.Sqrt(lost + won))
                return FindingSeverity.Illness;
        }
        double[] growth = [.. worse.Losses.Zip(better.Losses, (one, other) => one - other)];
        var mean = growth.Average();
        if (!double.IsFinite(mean))
            return FindingSeverity.Illness;
        var error = Math.Sqrt(growth.Sum(value => (value - mean) * (value - mean)) / count / count);
        return worse.Loss > SmallestGrowth * better.Loss && mean > StandardErrors * error ? FindingSeverity.Warning : null;
    }

    private static string Text(Answers answers, Sweep sweep) => sweep.HasAnswers
        ? Invariant($"accuracy {answers.Accuracy:0.0000}, loss {answers.Loss:0.0000}")
        : Invariant($"loss {answers.Loss:0.0000}");
}
