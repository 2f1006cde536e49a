using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>What the dropout experiment found with one number of training images.</summary>
/// <param name="Images">The training images.</param>
/// <param name="Comparison">The methods, each at its best setting.</param>
/// <param name="Shifts">Per method with batch normalization or dropout a row of ratios for each seed, empty where the run diverged.</param>
/// <param name="Averages">Per method whose passes are averaged what was measured for each seed, empty where the run diverged.</param>
sealed record DropoutSize(
    int Images,
    Comparison Comparison,
    ImmutableArray<(Arm Arm, ImmutableArray<ImmutableArray<double>> Seeds)> Shifts,
    ImmutableArray<(Arm Arm, ImmutableArray<ImmutableArray<double>> Seeds)> Averages)
{
    /// <summary>The methods whose passes are averaged: their noise is dropout's alone, or the batch's alone.</summary>
    public static ImmutableArray<Arm> Averaged { get; } = [Arms.Dropout, Arms.BatchNorm];

    /// <summary>Comparisons with inference that each number of training images adds: accuracy and likelihood of each averaged method.</summary>
    public static int OwnComparisons => 2 * Averaged.Length;

    /// <summary>The sentence's and the file names' ending of this size.</summary>
    public string Suffix => FormattableString.Invariant($"-{Images}");

    /// <summary>What the average of most passes gains over inference, above zero where it is better; null of one seed, or if a run diverged.</summary>
    /// <param name="seeds">What was measured of a method.</param>
    /// <param name="likelihood">Whether the loss of negative log likelihood is meant; else the gain in accuracy.</param>
    public PairedDifference? Gain(ImmutableArray<ImmutableArray<double>> seeds, bool likelihood)
    {
        if (seeds.Length < 2 || seeds.Any(values => values.IsEmpty))
            return null;
        var offset = likelihood ? 1 : 0;
        double[] average = [.. seeds.Select(values => values[AveragedPredictions.PlaceOf(AveragedPredictions.Passes[^1]) + offset])];
        double[] inference = [.. seeds.Select(values => values[AveragedPredictions.Inference + offset])];
        return likelihood ? PairedDifference.Of(inference, average, Comparison.Comparisons) : PairedDifference.Of(average, inference, Comparison.Comparisons);
    }

    /// <summary>The mean over the seeds that did not diverge of one value; not a number if all did.</summary>
    public static double Mean(ImmutableArray<ImmutableArray<double>> seeds, int place)
    {
        double[] values = [.. seeds.Where(row => !row.IsEmpty).Select(row => row[place])];
        return values.Length == 0 ? double.NaN : Sample.Mean(values);
    }
}
