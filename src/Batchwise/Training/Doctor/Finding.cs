namespace Batchwise;

/// <summary>How bad a finding is.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing; the model works as it should.</summary>
    Info,

    /// <summary>Something that costs accuracy, speed of learning or capacity, or will under other use.</summary>
    Warning,

    /// <summary>Something that makes predictions wrong, or a part of the network useless.</summary>
    Illness,
}

/// <summary>One thing that a <see cref="Doctor"/> found.</summary>
public sealed record Finding
{
    /// <summary>The check that found it: <c>dead-channels</c>.</summary>
    public required string Check { get; init; }

    /// <summary>How bad it is.</summary>
    public required FindingSeverity Severity { get; init; }

    /// <summary>Whether the evidence allows another explanation. Default: no.</summary>
    public bool Suspect { get; init; }

    /// <summary>The layer that has it; null where it belongs to the network or the run as a whole.</summary>
    public string? Layer { get; init; }

    /// <summary>What was found, with its numbers, in one sentence.</summary>
    public required string What { get; init; }

    /// <summary>Where exactly: channels, layers, steps.</summary>
    public required string Where { get; init; }

    /// <summary>Why it matters.</summary>
    public required string Why { get; init; }

    /// <summary>What to do about it.</summary>
    public required string Remedy { get; init; }
}
