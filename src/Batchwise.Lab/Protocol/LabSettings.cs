using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>How an experiment is run.</summary>
public sealed record LabSettings
{
    /// <summary>The fewest fresh seeds from which intervals are made.</summary>
    public const int FewestSeeds = 5;

    /// <summary>The seed on which rates and the like are chosen; no comparison uses it.</summary>
    public const ulong SearchSeed = 1;

    /// <summary>Fresh seeds of the comparison. Default: 5, the fewest.</summary>
    public int Seeds { get; init; } = FewestSeeds;

    /// <summary>One seed and a smaller budget: a look, without intervals and without a conclusion. Default: no.</summary>
    public bool Quick { get; init; }

    /// <summary>Steps of a run; null, the default, takes the experiment's.</summary>
    public long? Steps { get; init; }

    /// <summary>Examples per step. Default: 60, the paper's.</summary>
    public int Batch { get; init; } = 60;

    /// <summary>The methods compared, where the experiment does not name its own. Default: all.</summary>
    public ImmutableArray<Arm> Arms { get; init; } = Lab.Arms.All;

    /// <summary>The command line, for the result.</summary>
    public string Command { get; init; } = "";

    /// <summary>The seeds of the comparison.</summary>
    public ImmutableArray<ulong> FreshSeeds => [.. Enumerable.Range(1, Quick ? 1 : Seeds).Select(i => SearchSeed + (ulong)i)];

    /// <summary>Refuses what cannot be run.</summary>
    /// <exception cref="ArgumentException">Too few seeds for an interval, or no steps.</exception>
    public void Verify()
    {
        if (!Quick && Seeds < FewestSeeds)
            throw new ArgumentException($"At least {FewestSeeds} fresh seeds are needed, not {Seeds}: fewer give no interval worth printing; --quick takes one seed for a look without a conclusion.");
        if (Steps is < 1)
            throw new ArgumentException($"A run takes at least 1 step, not {Steps}.");
    }
}
