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

    public override bool Concerns(Patient patient) => patient.Normalizations.Any(Normalizations.UsesBatch);

    public override IEnumerable<Finding> Examine(Patient patient)
    {
        var batch = patient.Log!.BatchSize;
        if (batch >= SmallestBatch)
            yield break;
        Node[] nodes = [.. patient.Normalizations.Where(Normalizations.UsesBatch)];
        var worst = nodes.MinBy(Positions)!;
        yield return new()
        {
            Check = Name,
            Severity = FindingSeverity.Warning,
            Layer = patient.NameOf(worst),
            What = Invariant($"The run's batches had {batch} examples, so a channel had {(long)batch * Positions(worst)} values to take its mean and variance from."),
            Where = string.Join(", ", nodes.Select(node => Invariant($"'{patient.NameOf(node)}' ({(long)batch * Positions(node)} values)"))),
            Why = "Statistics of so few examples are noise, which training adds to every channel and inference does not (arXiv 1803.08494).",
            Remedy = Invariant($"Train with batches of {SmallestBatch} or more, freeze the layers (UseBatchStatistics = false) when fine-tuning, or use a normalization that does not depend on the batch."),
        };
    }

    private static int Positions(Node node) => node.Shape.Size / node.Shape.Channels;
}
