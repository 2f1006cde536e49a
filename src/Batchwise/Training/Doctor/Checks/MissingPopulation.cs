namespace Batchwise;

/// <summary>Population statistics that were never estimated: the last step of Algorithm 2 is missing.</summary>
sealed class MissingPopulation : HealthCheck
{
    public override string Name => "missing-population";

    public override Evidence Needs => Evidence.State;

    public override IEnumerable<Finding> Examine(Patient patient)
    {
        foreach (var node in patient.Normalizations.Where(PopulationEstimator.Concerns))
        {
            if (Normalizations.HasPopulation(patient.State!, node))
                continue;
            var followed = Normalizations.Updates(patient.State!, node) > 0;
            yield return new()
            {
                Check = Name,
                Severity = followed ? FindingSeverity.Warning : FindingSeverity.Illness,
                Layer = patient.NameOf(node),
                What = followed
                    ? "The population statistics have not been estimated; inference uses the moving averages."
                    : "The layer has no statistics: none were estimated, and its moving averages never followed a batch.",
                Where = "all channels",
                Why = followed
                    ? "Moving averages weigh the last batches most, and hold statistics of weights that have changed since (paper, Algorithm 2; arXiv 2105.07576, section 3)."
                    : "Inference normalizes by mean 0 and variance 1, which are those of no data.",
                Remedy = "Estimate them from the training examples: Trainer.EstimatePopulation or Trainer.ToInference, for a saved model Model.Adapt ('batchwise adapt').",
            };
        }
    }
}
