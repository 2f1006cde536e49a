using static System.FormattableString;

namespace Batchwise;

/// <summary>Channels that reach a normalization as a constant.</summary>
sealed class ConstantChannels : HealthCheck
{
    /// <summary>
    /// A variance below this share of epsilon is none: what the layer gives then has a deviation below a thousandth of gamma,
    /// the same bound as for a vanished gamma.
    /// </summary>
    internal const double ShareOfEpsilon = 1e-6;

    public override string Name => "constant-channels";

    public override Evidence Needs => Evidence.State;

    public override IEnumerable<Finding> Examine(Patient patient)
    {
        foreach (var node in patient.Normalizations)
        {
            var variance = patient.InputVariance(node);
            var bound = ShareOfEpsilon * Normalizations.Epsilon(node);
            int[] constant = [.. Enumerable.Range(0, variance.Length).Where(c => variance[c] < bound)];
            if (constant.Length == 0)
                continue;
            yield return new()
            {
                Check = Name,
                Severity = constant.Length == variance.Length ? FindingSeverity.Illness : FindingSeverity.Warning,
                Layer = patient.NameOf(node),
                What = Invariant($"{constant.Length} of {variance.Length} channels do not vary: their variance is below {bound:0e+0}, a millionth of epsilon."),
                Where = $"the input of the layer, {Channels(constant, variance.Length)}",
                Why = "The layer gives beta for every example, so these channels carry nothing.",
                Remedy = "Look at the layer before: weights that are zero or never trained, rectifiers that are never active, or inputs that never change.",
            };
        }
    }
}
