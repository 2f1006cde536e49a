using System.Collections.Immutable;
using System.Globalization;

namespace Batchwise.Lab;

/// <summary>A number read off a look.</summary>
/// <param name="Name">Its name in files.</param>
/// <param name="Title">Its name in tables and figures.</param>
/// <param name="Ratio">Whether it is compared by factors (its logarithm) instead of differences.</param>
/// <param name="Of">Reads it; not a number where there is none.</param>
sealed record ShiftMeasure(string Name, string Title, bool Ratio, Func<ShiftLook, double> Of)
{
    /// <summary>How far activations wander.</summary>
    public static ShiftMeasure Drift { get; } = new("drift", "drift of activation inputs, deviations per look", true, look => Mean(look.Drifts, drift => drift));

    /// <summary>How far gradients change by earlier layers' steps, as a share.</summary>
    public static ShiftMeasure Shift { get; } = new("shift", "gradient's change by earlier layers, ||G - G'|| / ||G||", true, look => Mean(look.Gradients, change => change.Relative));

    /// <summary>The same as it is.</summary>
    public static ShiftMeasure Distance { get; } = new("distance", "the same, ||G - G'||", true, look => Mean(look.Gradients, change => change.Distance));

    /// <summary>The same as an angle.</summary>
    public static ShiftMeasure Cosine { get; } = new("cosine", "the same, cosine of G and G'", false, look => Mean(look.Gradients, change => change.Cosine));

    /// <summary>Variation of the loss.</summary>
    public static ShiftMeasure Variation { get; } = new("variation", "variation of the loss along the gradient", true, look => look.Landscape.Variation);

    /// <summary>Gradient predictiveness.</summary>
    public static ShiftMeasure Predictiveness { get; } = new("predictiveness", "largest change of the gradient along itself", true, look => look.Landscape.Predictiveness);

    /// <summary>Effective smoothness.</summary>
    public static ShiftMeasure Smoothness { get; } = new("smoothness", "effective beta-smoothness", true, look => look.Landscape.Smoothness);

    /// <summary>The least tenth.</summary>
    public static ShiftMeasure Low { get; } = new("singular-10", "singular values, 10th percentile", true, look => Mean(look.Jacobians, spread => spread.Low));

    /// <summary>The middle.</summary>
    public static ShiftMeasure Median { get; } = new("singular-50", "singular values, median", true, look => Mean(look.Jacobians, spread => spread.Median));

    /// <summary>The largest tenth.</summary>
    public static ShiftMeasure High { get; } = new("singular-90", "singular values, 90th percentile", true, look => Mean(look.Jacobians, spread => spread.High));

    /// <summary>The condition number.</summary>
    public static ShiftMeasure Condition { get; } = new("condition", "condition number of a layer's Jacobian", true, look => Mean(look.Jacobians, spread => spread.Condition));

    /// <summary>How far from 1.</summary>
    public static ShiftMeasure FromOne { get; } = new("from-one", "distance of singular values from 1, mean |ln s|", false, look => Mean(look.Jacobians, spread => spread.FromOne));

    /// <summary>All of them, in the order of tables.</summary>
    public static ImmutableArray<ShiftMeasure> All { get; } = [Drift, Shift, Distance, Cosine, Variation, Predictiveness, Smoothness, Low, Median, High, Condition, FromOne];

    /// <summary>A look's value on the scale on which it is compared: of a ratio its logarithm.</summary>
    public double Compared(ShiftLook look) => Ratio ? Math.Log10(Of(look)) : Of(look);

    /// <summary>A run's: the mean over its looks; not a number if there is none.</summary>
    public double Compared(ShiftRun run)
    {
        double[] values = [.. run.Looks.Select(Compared).Where(double.IsFinite)];
        return values.Length == 0 ? double.NaN : Sample.Mean(values);
    }

    /// <summary>The mean over seeds in words.</summary>
    public string Text(IEnumerable<ShiftRun> runs)
    {
        double[] values = [.. runs.Select(Compared).Where(double.IsFinite)];
        return values.Length == 0 ? "not measured" : Number(Sample.Mean(values));
    }

    /// <summary>A difference in words: of a ratio the factor.</summary>
    public string Text(PairedDifference difference) => Ratio
        ? $"{Number(difference.Mean)} times [{Number(difference.Low)}, {Number(difference.High)}]"
        : difference.Text(decimals: 3);

    private string Number(double value) => (Ratio ? Math.Pow(10, value) : value).ToString("G3", CultureInfo.InvariantCulture);

    private static double Mean<T>(ImmutableArray<T> items, Func<T, double> of) => items.IsEmpty ? double.NaN : items.Average(of);
}
