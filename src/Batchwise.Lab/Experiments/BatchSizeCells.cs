using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>What the batch-size experiment found with one batch size.</summary>
/// <param name="Batch">Examples per step.</param>
/// <param name="Steps">Steps of a run.</param>
/// <param name="Outcomes">The methods, each at its best rate for this size.</param>
sealed record BatchSizeCell(int Batch, long Steps, ImmutableArray<ArmOutcome> Outcomes);

/// <summary>All sizes, and what is compared between them.</summary>
/// <param name="Sizes">The sizes in ascending order.</param>
sealed record BatchSizeCells(ImmutableArray<BatchSizeCell> Sizes)
{
    /// <summary>The size that all others are compared with.</summary>
    public const int Reference = 64;

    /// <summary>The methods whose two statistics for inference are compared.</summary>
    public static ImmutableArray<string> WithAverages { get; } = [Arms.BatchNorm.Name, Arms.Ghost.Name];

    private IEnumerable<(BatchSizeCell Size, ArmOutcome Outcome)> All => Sizes.SelectMany(size => size.Outcomes.Select(outcome => (size, outcome)));

    /// <summary>Comparisons of the experiment: with batch norm at the same size, with batch norm at the reference size, and of the two statistics.</summary>
    public int Comparisons => Math.Max(1,
        All.Count(cell => Same(cell.Size, cell.Outcome) is not null)
        + All.Count(cell => cell.Size.Batch != Reference && Standard is not null)
        + All.Count(cell => WithAverages.Contains(cell.Outcome.Arm.Name)));

    private ArmOutcome? Standard => Sizes.FirstOrDefault(size => size.Batch == Reference) is { } size ? Of(size, Arms.BatchNorm.Name) : null;

    /// <summary>A method's outcome at a size; null if it was not run.</summary>
    public static ArmOutcome? Of(BatchSizeCell size, string arm) => size.Outcomes.FirstOrDefault(outcome => outcome.Arm.Name == arm);

    /// <summary>A method's test accuracy less batch norm's at the same size; null where that is its own baseline, of one seed, or if batch norm was not run.</summary>
    public PairedDifference? AgainstSame(BatchSizeCell size, ArmOutcome outcome) => Difference(outcome.Test, Same(size, outcome)?.Test);

    /// <summary>A method's test accuracy less batch norm's at the reference size; at that size the same comparison as <see cref="AgainstSame"/>.</summary>
    public PairedDifference? AgainstReference(BatchSizeCell size, ArmOutcome outcome) =>
        size.Batch == Reference ? AgainstSame(size, outcome) : Difference(outcome.Test, Standard?.Test);

    /// <summary>Validation accuracy with population statistics less that with moving averages; null of one seed.</summary>
    public PairedDifference? PopulationGain(ArmOutcome outcome) => Difference(outcome.Validation, Moving(outcome));

    /// <summary>Validation accuracy at the end with moving averages, of each seed.</summary>
    public static ImmutableArray<double> Moving(ArmOutcome outcome) => [.. outcome.Runs.Select(run => run.AccuracyAt(run.Budget))];

    private static ArmOutcome? Same(BatchSizeCell size, ArmOutcome outcome) => outcome.Arm.Name == Arms.BatchNorm.Name ? null : Of(size, Arms.BatchNorm.Name);

    private PairedDifference? Difference(ImmutableArray<double> values, ImmutableArray<double>? baseline) =>
        baseline is not { } other || values.Length < 2 ? null : PairedDifference.Of(values, other, Comparisons);
}
