using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>The methods that experiments compare: a line each.</summary>
public static class Arms
{
    /// <summary>The network as it is.</summary>
    public static Arm Plain { get; } = new() { Name = "plain", Title = "plain", Family = ArmFamily.Reference, Apply = network => network };

    /// <summary>Batch normalization as in the paper.</summary>
    public static Arm BatchNorm { get; } = new() { Name = "batch-norm", Title = "batch norm", Family = ArmFamily.Reference, Apply = network => network.WithBatchNormalization() };

    /// <summary>Batch normalization whose gamma stays 1 and whose beta stays 0.</summary>
    public static Arm NoAffine { get; } = new() { Name = "no-affine", Title = "without gamma and beta", Family = ArmFamily.Parts, Apply = network => network.WithBatchNormalization(new BatchNormalization { TrainAffine = false }) };

    /// <summary>Normalization by the population statistics of the initial weights, which stay: data-dependent initialization with gamma and beta.</summary>
    public static Arm Frozen { get; } = new() { Name = "frozen", Title = "frozen at the start", Family = ArmFamily.Parts, Apply = network => network.WithBatchNormalization(new BatchNormalization { UseBatchStatistics = false }), Prepare = FrozenStatistics.Estimate };

    /// <summary>Dropout behind each nonlinearity, its p searched with the rate.</summary>
    public static Arm Dropout { get; } = new()
    {
        Name = "dropout",
        Title = "dropout",
        Family = ArmFamily.Noise,
        Apply = network => network.WithDropout(0.5),
        Choice = new("p", [0.05, 0.1, 0.2, 0.5], DropoutPass.WithDropout, p => p / 2, p => (1 + p) / 2),
    };

    /// <summary>All of them, in the order of tables.</summary>
    public static ImmutableArray<Arm> All { get; } = [Plain, BatchNorm, NoAffine, Frozen, Dropout];

    /// <summary>Those that take normalization apart, in the order of tables.</summary>
    public static ImmutableArray<Arm> Factors { get; } = [Plain, Frozen, NoAffine, BatchNorm];
}
