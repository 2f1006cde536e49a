using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>Normalizations that depend on the batch's size, and those that do not.</summary>
static class BatchSizeArms
{
    /// <summary>Groups of group normalization: ten channels each, of the paper's layers of 100.</summary>
    public const int Groups = 10;

    /// <summary>Samples of a ghost batch.</summary>
    public const int GhostSize = 16;

    private const string SingleValue = "A batch of 1 leaves one value per channel: less its own mean nothing is left of it.";

    /// <summary>Batch normalization, refused where it is impossible.</summary>
    public static Arm BatchNorm { get; } = Arms.BatchNorm with { Refuses = (_, batch) => batch < 2 ? SingleValue : null };

    /// <summary>Ghost batch normalization.</summary>
    public static Arm Ghost { get; } = new()
    {
        Name = "ghost-batch-norm",
        Title = "ghost batch norm",
        Family = ArmFamily.Rivals,
        Apply = network => network.WithNormalization(new GhostBatchNormalization { GhostSize = GhostSize }),
        Refuses = (_, batch) => batch < 2 ? SingleValue : batch < 2 * GhostSize ? $"A batch below {2 * GhostSize} holds one ghost batch of {GhostSize}: it would be batch normalization itself." : null,
    };

    /// <summary>Group normalization.</summary>
    public static Arm Group { get; } = new()
    {
        Name = "group-norm",
        Title = "group norm",
        Family = ArmFamily.Rivals,
        Apply = network => network.WithNormalization(new GroupNormalization(Groups)),
    };

    /// <summary>Layer normalization.</summary>
    public static Arm Layer { get; } = new()
    {
        Name = "layer-norm",
        Title = "layer norm",
        Family = ArmFamily.Rivals,
        Apply = network => network.WithNormalization(new LayerNormalization()),
    };

    /// <summary>
    /// Batch renormalization, its paper's warm-up of 5,000, 25,000 and 40,000 steps scaled to a run as if that were one of
    /// 50,000.
    /// </summary>
    public static Arm Renorm(long steps)
    {
        var part = (int)Math.Min(int.MaxValue / 10, steps / 10);
        return new()
        {
            Name = "batch-renorm",
            Title = "batch renorm",
            Family = ArmFamily.Rivals,
            Apply = network => network.WithNormalization(new BatchRenormalization { WarmUp = part, DMaxAt = 5 * part, RMaxAt = 8 * part }),
            Refuses = (_, batch) => batch < 2 ? SingleValue : null,
        };
    }

    /// <summary>All of the experiment for runs of so many steps, in the order of tables.</summary>
    public static ImmutableArray<Arm> All(long steps) => [Arms.Plain, BatchNorm, Renorm(steps), Ghost, Group, Layer];
}
