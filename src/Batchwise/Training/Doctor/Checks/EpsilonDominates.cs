using static System.FormattableString;

namespace Batchwise;

/// <summary>Channels whose variance is smaller than epsilon, so that they are not normalized to a deviation of 1.</summary>
sealed class EpsilonDominates : HealthCheck
{
    public override string Name => "epsilon-dominates";

    public override Evidence Needs => Evidence.State;

    public override IEnumerable<Finding> Examine(Patient patient)
    {
        foreach (var node in patient.Normalizations.Where(Normalizations.UsesVariance))
        {
            var epsilon = Normalizations.Epsilon(node);
            var variance = patient.InputVariance(node);
            // At a variance of epsilon the normalized deviation is 0.7; what does not vary at all is another finding.
            int[] small = [.. Enumerable.Range(0, variance.Length).Where(c => variance[c] < epsilon && variance[c] >= ConstantChannels.ShareOfEpsilon * epsilon)];
            if (small.Length == 0)
                continue;
            var smallest = small.Min(c => variance[c]);
            yield return new()
            {
                Check = Name,
                Severity = FindingSeverity.Warning,
                Layer = patient.NameOf(node),
                What = Invariant($"Epsilon ({epsilon:0.#e+0}) is larger than the variance of {small.Length} of {variance.Length} channels; the smallest is {smallest:0.0e+0}."),
                Where = $"the input of the layer, {Channels(small, variance.Length)}",
                Why = Invariant($"They leave the layer with a deviation of {Math.Sqrt(smallest / (smallest + epsilon)):0.00} to 0.71 instead of 1, which depends on the scale of the weights before it: the layer no longer hides it (paper, section 3.3)."),
                Remedy = "Scale the inputs or the weights before the layer up, or choose an Epsilon well below the variance of the channels.",
            };
        }
    }
}
