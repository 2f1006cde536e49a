using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>Normalizations that depend on the batch's size, and those that do not.</summary>
static class BatchSizeArms
{
    private const string SingleValue = "A batch of 1 leaves one value per channel: less its own mean nothing is left of it.";

    /// <summary>Batch normalization, refused where it is impossible.</summary>
    public static Arm BatchNorm { get; } = Arms.BatchNorm with { Refuses = (_, batch) => batch < 2 ? SingleValue : null };

    /// <summary>
    /// Batch renormalization, its paper's warm-up of 5,000, 25,000 and 40,000 steps scaled to a run as if that were one of
    /// 50,000.
    /// </summary>
    public static Arm Renorm(long steps)
    {
        var part = (int)Math.Min(int.MaxValue / 10, steps / 10);
        return Arms.Renorm with
        {
            Apply = network => network.WithNormalization(new BatchRenormalization { WarmUp = part, DMaxAt = 5 * part, RMaxAt = 8 * part }),
            Refuses = (_, batch) => batch < 2 ? SingleValue : null,
        };
    }

    /// <summary>All of the experiment for runs of so many steps, in the order of tables.</summary>
    public static ImmutableArray<Arm> All(long steps) => [Arms.Plain, BatchNorm, Renorm(steps), Arms.Ghost, Arms.GroupNorm, Arms.LayerNorm];
}
