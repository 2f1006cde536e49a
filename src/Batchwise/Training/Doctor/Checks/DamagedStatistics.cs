namespace Batchwise;

/// <summary>Stored means that are no numbers, variances that are none or negative: inference gives NaN.</summary>
sealed class DamagedStatistics : HealthCheck
{
    public override string Name => "damaged-statistics";

    public override Evidence Needs => Evidence.State;

    public override IEnumerable<Finding> Examine(Patient patient)
    {
        foreach (var node in patient.Normalizations)
        {
            var (mean, variance) = Normalizations.Stored(patient.State!, node);
            int[] bad = [.. Enumerable.Range(0, mean.Length).Where(c => !double.IsFinite(mean[c]) || !(variance[c] >= 0 && double.IsFinite(variance[c])))];
            if (bad.Length == 0)
                continue;
            yield return new()
            {
                Check = Name,
                Severity = FindingSeverity.Illness,
                Layer = patient.NameOf(node),
                What = "The stored statistics hold a mean that is not finite, or a variance that is not finite or negative.",
                Where = Channels(bad, mean.Length),
                Why = "Inference divides by the root of the variance, so these channels, and all that depends on them, become NaN.",
                Remedy = "Estimate the population statistics again from the training examples (Trainer.EstimatePopulation, Model.Adapt), or take an older file.",
            };
        }
    }
}
