using static System.FormattableString;

namespace Batchwise;

/// <summary>Channels whose gamma is near zero: the layer gives beta, whatever its input.</summary>
sealed class VanishedGamma : HealthCheck
{
    /// <summary>
    /// The size of a gamma that has vanished. A normalized value has a deviation of 1, so at a thousandth it moves what follows by
    /// less than float16 keeps beside a beta of 1 or 2.
    /// </summary>
    private const double Vanished = 1e-3;

    public override string Name => "vanished-gamma";

    public override Evidence Needs => Evidence.State;

    public override IEnumerable<Finding> Examine(Patient patient)
    {
        foreach (var node in patient.Normalizations)
        {
            var gamma = Normalizations.Gamma(patient.State!, node).ToArray();
            int[] gone = [.. Enumerable.Range(0, gamma.Length).Where(c => Math.Abs(gamma[c]) < Vanished)];
            if (gone.Length == 0)
                continue;
            yield return new()
            {
                Check = Name,
                Severity = gone.Length == gamma.Length ? FindingSeverity.Illness : FindingSeverity.Warning,
                Layer = patient.NameOf(node),
                What = Invariant($"The gamma of {gone.Length} of {gamma.Length} channels is below {Vanished}."),
                Where = Channels(gone, gamma.Length),
                Why = "Such a channel is a constant, beta: what the layers before it compute for it is lost, and hardly any gradient reaches them.",
                Remedy = "Leave gamma out of the weight decay (DecayAll = false), start it from 1, or remove the channels if the accuracy suffices. Right after a start from gamma = 0 this is as it should be.",
            };
        }
    }
}
