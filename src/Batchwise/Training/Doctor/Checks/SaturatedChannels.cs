using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// Units of functions with flat ends (sigmoid, hyperbolic tangent, HardSigmoid, ELU below zero) that lie there for nearly all
/// examples.
/// </summary>
sealed class SaturatedChannels : HealthCheck
{
    /// <summary>
    /// The share of values on the slope below which a unit counts as saturated: with one in a hundred, more than half of all
    /// batches of 60 (0.99^60 = 0.55) have not one example that gives it a gradient.
    /// </summary>
    private const double LeastOnSlope = 0.01;

    public override string Name => "saturated-channels";

    public override Evidence Needs => Evidence.State | Evidence.Examples;

    public override string? MissingIn(Patient patient) =>
        patient.Network.Nodes.Any(node => CanSaturate(patient, node)) ? null
            : "a sigmoid, tanh, HardSigmoid or ELU layer before its output";

    public override IEnumerable<Finding> Examine(Patient patient)
    {
        foreach (var node in patient.Network.Nodes.Where(node => CanSaturate(patient, node)))
        {
            var open = patient.Channels[node].OpenShare;
            int[] saturated = [.. Enumerable.Range(0, open.Length).Where(c => open[c] < LeastOnSlope)];
            if (saturated.Length == 0)
                continue;
            yield return new()
            {
                Check = Name,
                Severity = saturated.Length == open.Length ? FindingSeverity.Illness : FindingSeverity.Warning,
                Layer = patient.NameOf(node),
                What = Invariant($"{saturated.Length} of {open.Length} units lie where the slope is below a twentieth of its largest, for more than 99 % of {patient.Sweep!.Count} examples."),
                Where = Channels(saturated, open.Length),
                Why = "The gradient through a saturated unit vanishes: it and the layers before it learn nothing more from these examples (paper, section 1).",
                Remedy = Normalizations.Is(node.Inputs[0])
                    ? "Train with a smaller rate: gamma and beta of the normalization before it have carried its input off the slope."
                    : "Put a batch normalization before the activation, which keeps its input near the slope; without, draw smaller weights or train with a smaller rate.",
            };
        }
    }

    // The network's own output may well be certain of every answer.
    private static bool CanSaturate(Patient patient, Node node) =>
        ChannelRecord.CanSaturate(node) && node != patient.Network.Output;
}
