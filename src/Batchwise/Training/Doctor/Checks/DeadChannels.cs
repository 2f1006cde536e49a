using static System.FormattableString;

namespace Batchwise;

/// <summary>Rectifier channels that no example makes active.</summary>
sealed class DeadChannels : HealthCheck
{
    /// <summary>
    /// Examples that it takes to call a channel dead: if none of n makes it active, at most 3 / n of all examples do, with 95 %
    /// confidence. 300 make that one in a hundred.
    /// </summary>
    private const int FewestExamples = 300;

    public override string Name => "dead-channels";

    public override Evidence Needs => Evidence.State | Evidence.Examples;

    public override string? MissingIn(Patient patient) =>
        patient.Network.Nodes.Any(ChannelRecord.CanDie) ? null : "a ReLU, Clip or HardSwish layer";

    public override string? Lacks(Patient patient) =>
        base.Lacks(patient) ?? (patient.Sweep!.Count < FewestExamples ? Invariant($"{FewestExamples} examples in full batches") : null);

    public override IEnumerable<Finding> Examine(Patient patient)
    {
        foreach (var node in patient.Network.Nodes.Where(ChannelRecord.CanDie))
        {
            var open = patient.Channels[node].OpenShare;
            int[] dead = [.. Enumerable.Range(0, open.Length).Where(c => open[c] == 0)];
            if (dead.Length == 0)
                continue;
            yield return new()
            {
                Check = Name,
                Severity = dead.Length == open.Length ? FindingSeverity.Illness : FindingSeverity.Warning,
                Layer = patient.NameOf(node),
                What = Invariant($"{dead.Length} of {open.Length} channels {(node.Layer is Clip ? "lie on a bound" : "are zero")} for every one of {patient.Sweep!.Count} examples."),
                Where = Channels(dead, open.Length),
                Why = $"{(node.Layer is Clip ? "A clip that always lies on a bound" : "A rectifier that is never active")} gives nothing and passes no gradient, so training cannot bring it back.",
                Remedy = "Train with a smaller rate or a warm-up; put a batch normalization before the rectifier, or use LeakyRelu or Prelu, which pass a gradient below zero too.",
            };
        }
    }
}
