using static System.FormattableString;

namespace Batchwise;

/// <summary>Moving averages far from the population statistics.</summary>
sealed class StaleMovingAverages : HealthCheck
{
    /// <summary>
    /// The distance of two means, in population deviations. An average with weight w over batches of m strays by
    /// sqrt(w / ((2 - w) m)): 0.03 with the defaults, 0.13 even if it held the last batch alone (w = 1, m = 60). Healthy runs on
    /// MNIST, at rates 0.5 and 5, had 0.18 at most in the worst of 300 channels.
    /// </summary>
    private const double LargestShift = 0.5;

    /// <summary>The ratio of two variances, either way. Healthy runs had 0.83 to 1.20; 2 scales what the layer gives by 1.4.</summary>
    private const double LargestRatio = 2;

    public override string Name => "stale-moving-averages";

    public override Evidence Needs => Evidence.State;

    public override IEnumerable<Finding> Examine(Patient patient)
    {
        foreach (var node in patient.Normalizations)
        {
            var state = patient.State!;
            if (!Normalizations.HasPopulation(state, node) || !Normalizations.TracksRun(node) || Normalizations.Updates(state, node) == 0)
                continue;
            var epsilon = Normalizations.Epsilon(node);
            var (mean, variance) = Normalizations.Stored(state, node);
            var (movingMean, movingVariance) = Normalizations.Stored(state, node, moving: true);
            double Shift(int c) => Math.Abs(movingMean[c] - mean[c]) / Math.Sqrt(variance[c] + epsilon);
            double Ratio(int c) => !Normalizations.UsesVariance(node) ? 1 : (movingVariance[c] + epsilon) / (variance[c] + epsilon);
            int[] far = [.. Enumerable.Range(0, mean.Length).Where(c => Shift(c) > LargestShift || Math.Max(Ratio(c), 1 / Ratio(c)) > LargestRatio)];
            if (far.Length == 0)
                continue;
            yield return new()
            {
                Check = Name,
                Severity = FindingSeverity.Warning,
                Layer = patient.NameOf(node),
                What = Invariant($"The moving averages are far from the population statistics: means by up to {far.Max(Shift):0.00} deviations, variances by a factor of {far.Min(Ratio):0.00} to {far.Max(Ratio):0.00}."),
                Where = Channels(far, mean.Length),
                Why = "Accuracies that followed the run by the moving averages, and programs that use them instead of the population statistics, are off.",
                Remedy = "Use the population statistics, as inference does by itself here; to follow a run, train longer, or with a NewBatchWeight that lets some ten batches count (0.1).",
            };
        }
    }
}
