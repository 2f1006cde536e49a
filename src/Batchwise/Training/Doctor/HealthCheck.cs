namespace Batchwise;

/// <summary>What a check needs besides the network.</summary>
[Flags]
enum Evidence
{
    Network = 0,
    State = 1,
    Examples = 2,
    Log = 4,
}

/// <summary>One thing to look for; a file of its own for each.</summary>
abstract class HealthCheck
{
    /// <summary>Its name in findings: <c>dead-channels</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What it needs besides the network.</summary>
    public abstract Evidence Needs { get; }

    /// <summary>What a network lacks without which it cannot have this, in words; null if it can. Default: a layer that normalizes by statistics.</summary>
    public virtual string? MissingIn(Patient patient) => patient.Normalizations.IsEmpty ? "a layer that normalizes by batch statistics" : null;

    /// <summary>What it needs that was not given, in words; null if all was.</summary>
    public virtual string? Lacks(Patient patient) => patient.Lacks(Needs);

    /// <summary>Looks for it.</summary>
    public abstract IEnumerable<Finding> Examine(Patient patient);

    /// <summary>"channels 3, 7 of 100", or "all 100 channels"; many are cut short.</summary>
    protected static string Channels(IReadOnlyCollection<int> channels, int all)
    {
        const int shown = 8;
        if (channels.Count == all)
            return FormattableString.Invariant($"all {all} channels");
        var list = string.Join(", ", channels.Take(shown).Select(c => FormattableString.Invariant($"{c}")));
        var more = channels.Count > shown ? FormattableString.Invariant($" and {channels.Count - shown} more") : "";
        return FormattableString.Invariant($"{(channels.Count == 1 ? "channel" : "channels")} {list}{more} of {all}");
    }
}
