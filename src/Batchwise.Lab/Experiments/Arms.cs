using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>The methods that experiments compare: a line each.</summary>
public static class Arms
{
    private const int Groups = 10;
    private const int Ghosts = 16;

    /// <summary>The network as it is.</summary>
    public static Arm Plain { get; } = new() { Name = "plain", Title = "plain", Family = ArmFamily.Reference, Apply = network => network };

    /// <summary>Batch normalization as in the paper.</summary>
    public static Arm BatchNorm { get; } = new() { Name = "batch-norm", Title = "batch norm", Family = ArmFamily.Reference, Apply = network => network.WithBatchNormalization() };

    /// <summary>Gamma and beta, and nothing normalized.</summary>
    public static Arm AffineOnly { get; } = Normalization("affine-only", "gamma and beta alone", ArmFamily.Parts, new AffineOnly());

    /// <summary>Normalization by the population statistics of the initial weights, which stay: data-dependent initialization with gamma and beta.</summary>
    public static Arm Frozen { get; } = Normalization("frozen", "frozen at the start", ArmFamily.Parts, new BatchNormalization { UseBatchStatistics = false }) with { Prepare = FrozenStatistics.Estimate };

    /// <summary>The batch's mean subtracted, nothing divided.</summary>
    public static Arm MeanOnly { get; } = Normalization("mean-only", "mean only", ArmFamily.Parts, new MeanOnlyNormalization());

    /// <summary>Divided by the batch's deviation, nothing subtracted.</summary>
    public static Arm VarianceOnly { get; } = Normalization("variance-only", "variance only", ArmFamily.Parts, new VarianceOnlyNormalization());

    /// <summary>Batch normalization whose statistics the gradient takes for constants.</summary>
    public static Arm Detached { get; } = Normalization("detached", "statistics without gradient", ArmFamily.Parts, new DetachedNormalization());

    /// <summary>Normalization by moving averages in training too: no noise of the batch, and no gradient through statistics.</summary>
    public static Arm MovingAverage { get; } = Normalization("moving-average", "moving averages in training", ArmFamily.Parts, new MovingAverageNormalization()) with { Inference = StatisticsSource.Moving };

    /// <summary>Batch normalization whose gamma stays 1 and whose beta stays 0.</summary>
    public static Arm NoAffine { get; } = Normalization("no-affine", "without gamma and beta", ArmFamily.Parts, new BatchNormalization { TrainAffine = false });

    /// <summary>Batch renormalization, its warm-up a tenth of the paper's as runs are shorter.</summary>
    public static Arm Renorm { get; } = RenormAfter(500);

    /// <summary>Batch normalization over parts of the batch.</summary>
    public static Arm Ghost { get; } = Normalization("ghost", $"ghost batches of {Ghosts}", ArmFamily.Rivals, new GhostBatchNormalization { GhostSize = Ghosts })
        with
    { Refuses = (_, batch) => batch < 2 * Ghosts ? $"A batch of {batch} is a single ghost batch of {Ghosts}: that is batch normalization itself." : null };

    /// <summary>Layer normalization.</summary>
    public static Arm LayerNorm { get; } = Normalization("layer-norm", "layer norm", ArmFamily.Rivals, new LayerNormalization());

    /// <summary>Group normalization.</summary>
    public static Arm GroupNorm { get; } = Normalization("group-norm", $"group norm, {Groups} groups", ArmFamily.Rivals, new GroupNormalization(Groups));

    /// <summary>Instance normalization, for maps.</summary>
    public static Arm InstanceNorm { get; } = Normalization("instance-norm", "instance norm", ArmFamily.Rivals, new InstanceNormalization());

    /// <summary>Batch normalization of each activation of a map by itself.</summary>
    public static Arm PerActivation { get; } = Normalization("per-activation", "batch norm per activation", ArmFamily.Rivals, new BatchNormalization { PerActivation = true })
        with
    { Refuses = (network, _) => network.Nodes.All(node => node.Shape.Rank == 1 || node == network.InputNode) ? "On vectors every activation is a channel of its own: that is batch normalization itself." : null };

    /// <summary>Whitening by eigenvectors.</summary>
    public static Arm Zca { get; } = Whitening("zca", "ZCA whitening", new ZcaWhitening());

    /// <summary>Whitening by Newton's iteration.</summary>
    public static Arm IterNorm { get; } = Whitening("iter-norm", "IterNorm", new IterativeNormalization());

    /// <summary>Weight normalization with its data-dependent first values.</summary>
    public static Arm WeightNorm { get; } = new()
    {
        Name = "weight-norm",
        Title = "weight norm",
        Family = ArmFamily.Weights,
        Apply = network => network.WithWeightNormalization(),
        Prepare = WeightNormalizationInitializer.Initialize,
    };

    /// <summary>Weight normalization with the batch's mean subtracted.</summary>
    public static Arm WeightNormMeanOnly { get; } = WeightNorm with
    {
        Name = "weight-norm-mean-only",
        Title = "weight norm + mean only",
        Apply = network => network.WithWeightNormalization().WithNormalization(new MeanOnlyNormalization()),
    };

    /// <summary>Weight standardization.</summary>
    public static Arm WeightStandardization { get; } = new()
    {
        Name = "weight-standardization",
        Title = "weight standardization",
        Family = ArmFamily.Weights,
        Apply = network => network.WithWeightStandardization(),
    };

    /// <summary>Dropout behind each nonlinearity, its p searched with the rate.</summary>
    public static Arm Dropout { get; } = new()
    {
        Name = "dropout",
        Title = "dropout",
        Family = ArmFamily.Noise,
        Apply = network => network.WithDropout(0.5),
        Choice = new("p", [0.05, 0.1, 0.2, 0.5], DropoutPass.WithDropout, p => p / 2, p => (1 + p) / 2),
    };

    /// <summary>Batch normalization with the noise of Santurkar's control behind it.</summary>
    public static Arm Noisy { get; } = new()
    {
        Name = "noisy-batch-norm",
        Title = "noisy batch norm",
        Family = ArmFamily.Noise,
        Apply = network => network.WithBatchNormalization().WithNormalization(new ActivationNoise()),
    };

    /// <summary>All of them, in the order of tables.</summary>
    public static ImmutableArray<Arm> All { get; } =
    [
        Plain, BatchNorm, AffineOnly, Frozen, MeanOnly, VarianceOnly, Detached, MovingAverage, NoAffine, Renorm, Ghost, LayerNorm, GroupNorm,
        InstanceNorm, PerActivation, Zca, IterNorm, WeightNorm, WeightNormMeanOnly, WeightStandardization, Dropout, Noisy,
    ];

    /// <summary>Those that take normalization apart, in the order of tables.</summary>
    public static ImmutableArray<Arm> Factors { get; } =
        [Plain, AffineOnly, Frozen, MeanOnly, VarianceOnly, Detached, MovingAverage, NoAffine, BatchNorm, Zca, IterNorm];

    /// <summary>Batch renormalization that is batch normalization for so many steps and reaches its bounds in proportion to its paper's.</summary>
    internal static Arm RenormAfter(int warmUp) =>
        Normalization("batch-renorm", "batch renorm", ArmFamily.Rivals, new BatchRenormalization { WarmUp = warmUp, DMaxAt = 5 * warmUp, RMaxAt = 8 * warmUp }) with { Inference = StatisticsSource.Moving };

    private static Arm Normalization(string name, string title, ArmFamily family, Layer layer) =>
        new() { Name = name, Title = title, Family = family, Apply = network => network.WithNormalization(layer) };

    private static Arm Whitening(string name, string title, Whitening layer) => Normalization(name, title, ArmFamily.Whitening, layer)
        with
    { Refuses = (network, batch) => NormalizedValues.Fewest(network, batch) <= layer.GroupSize ? $"A batch of {batch} cannot whiten groups of {layer.GroupSize} channels: more values than channels are needed." : null };
}
