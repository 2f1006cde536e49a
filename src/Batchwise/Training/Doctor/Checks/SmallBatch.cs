using static System.FormattableString;

namespace Batchwise;

/// <summary>Batches that leave a channel too few values for its statistics.</summary>
sealed class SmallBatch : HealthCheck
{
    /// <summary>
    /// The smallest batch whose statistics are good enough. On maps, ResNet-50 lost nothing at 16 images per batch, a point of
    /// accuracy at 8 and more than three at 4 (arXiv 1803.08494): positions of one image resemble each other, so examples count,
    /// not values. On vectors a deviation from 16 values is off by 1 / sqrt(2 x 16), 18 %.
    /// </summary>
    private const int SmallestBatch = 16;

    public override string Name => "small-batch";

    public override Evidence Needs => Evidence.Log;

    public override string? MissingIn(Patient patient) =>
        patient.Normalizations.Any(Normalizations.UsesBatch) ? null : "a layer that normalizes by its batch in training";

    public override IEnumerable<Finding> Examine(Patient patient)
    {
        var batch = patient.Log!.BatchSize;
        Node[] small = [.. patient.Normalizations.Where(node => Normalizations.UsesBatch(node) && Normalizations.Together(node, batch) < SmallestBatch)];
        if (small.Length == 0)
            yield break;
        long Values(Node node) => (long)Normalizations.Together(node, batch) * (node.Shape.Size / Normalizations.Channels(node));
        var worst = small.MinBy(Values)!;
        yield return new()
        {
            Check = Name,
            Severity = FindingSeverity.Warning,
            Layer = patient.NameOf(worst),
            What = Invariant($"{Normalizations.Together(worst, batch)} examples of the run's batches shared their statistics: a channel had {Values(worst)} values to take its mean and variance from."),
            Where = string.Join(", ", small.Select(node => Invariant($"'{patient.NameOf(node)}' ({Values(node)} values)"))),
            Why = "Statistics of so few examples are noise, which training adds to every channel and inference does not (arXiv 1803.08494).",
            Remedy = Invariant($"Train with batches of {SmallestBatch} or more, freeze the layers (UseBatchStatistics = false) when fine-tuning, or use a normalization that does not depend on the batch."),
        };
    }
}
