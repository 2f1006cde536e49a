using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>Normalizations that depend on the batch's size, and those that do not.</summary>
static class BatchSizeArms
{
    private static readonly Arm PerActivation = Arms.PerActivation with { Refuses = (network, batch) => batch < 2 ? SingleValue("activation") : Arms.PerActivation.Refuses!(network, batch) };

    /// <summary>Batch normalization, refused where it is impossible.</summary>
    public static Arm BatchNorm { get; } = Arms.BatchNorm with { Refuses = Impossible };

    /// <summary>
    /// Batch renormalization, its paper's warm-up of 5,000, 25,000 and 40,000 steps scaled to a run as if that were one of
    /// 50,000.
    /// </summary>
    public static Arm Renorm(long steps)
    {
        var part = (int)Math.Min(int.MaxValue / 10, steps / 10);
        return Arms.RenormAfter(part) with { Refuses = Impossible };
    }

    /// <summary>
    /// All of the experiment for runs of so many steps, in the order of tables. On maps also instance normalization, and batch
    /// normalization per activation, whose m is the batch alone as on vectors.
    /// </summary>
    public static ImmutableArray<Arm> All(Subject subject, long steps) => subject.OnMaps
        ? [Arms.Plain, BatchNorm, Renorm(steps), Arms.Ghost, MapArms.GroupNorm, Arms.LayerNorm, Arms.InstanceNorm, PerActivation]
        : [Arms.Plain, BatchNorm, Renorm(steps), Arms.Ghost, Arms.GroupNorm, Arms.LayerNorm];

    // A map has several values per channel in a batch of 1 too.
    private static string? Impossible(Network network, int batch) => NormalizedValues.Fewest(network, batch) < 2 ? SingleValue("channel") : null;

    private static string SingleValue(string of) => $"A batch of 1 leaves one value per {of}: less its own mean nothing is left of it.";
}
