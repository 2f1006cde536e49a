namespace Batchwise.Lab;

/// <summary>Methods that differ on maps, or in the shorter runs of convolutional networks.</summary>
static class MapArms
{
    private const int Groups = 4;
    private const int StepsPerWarmUp = 20;

    /// <summary>Group normalization in as many groups as few channels can be cut into.</summary>
    public static Arm GroupNorm { get; } = Arms.GroupNorm with { Title = $"group norm, {Groups} groups", Apply = network => network.WithNormalization(new GroupNormalization(Groups)) };

    /// <summary>Noise behind batch normalization, which is not run.</summary>
    public static Arm Noisy { get; } = Arms.Noisy with
    {
        Refuses = (_, _) => "On maps its noise runs by the float64 reference, and a step takes more than ten times as long; what it does is asked of vectors, by covariate-shift.",
    };

    /// <summary>Batch renormalization, its warm-up the same part of a run as that of <see cref="Arms.Renorm"/> of 10,000 steps.</summary>
    public static Arm Renorm(long steps) => Arms.RenormAfter(WarmUp(steps));

    /// <summary>A method as it is on maps.</summary>
    public static Arm Of(Arm arm, long steps) => arm == Arms.GroupNorm ? GroupNorm : arm == Arms.Noisy ? Noisy : arm == Arms.Renorm ? Renorm(steps) : arm;

    /// <summary>What the protocol says of group normalization.</summary>
    public static string GroupNote => $"Group normalization has {Groups} groups.";

    /// <summary>What the protocol says of all of them.</summary>
    public static string Note(long steps) => GroupNote + $" Batch renorm's warm-up, {Words.Count(WarmUp(steps))} steps, is the part of a run's full budget that it is in the dense network's, for shorter runs too.";

    private static int WarmUp(long steps) => (int)Math.Min(int.MaxValue / 10, steps / StepsPerWarmUp);
}
