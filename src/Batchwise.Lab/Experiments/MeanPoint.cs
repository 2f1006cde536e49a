namespace Batchwise.Lab;

/// <summary>Points of figures that show an arm's mean over seeds.</summary>
static class MeanPoint
{
    /// <summary>The mean test accuracy with its own interval; a cross where a run diverged.</summary>
    public static PlotPoint Of(double place, ArmOutcome outcome) => outcome.Diverged > 0
        ? new(place, double.NaN, Kind: PointKind.Diverged)
        : Of(place, outcome.Test);

    /// <summary>The mean of values with their own 95 % interval; of one value without.</summary>
    public static PlotPoint Of(double place, IReadOnlyList<double> values)
    {
        if (values.Count < 2)
            return new(place, Sample.Mean(values));
        var interval = PairedDifference.Of(values, [.. values.Select(_ => 0.0)], comparisons: 1);
        return new(place, interval.Mean, interval.Low, interval.High);
    }

    /// <summary>The sentence that says what is drawn.</summary>
    public static string Note(Workbench bench) =>
        (bench.Settings.Quick ? "One seed: no interval." : "Bars: 95 % t-intervals of each mean by itself, for looking; conclusions are drawn from the paired, corrected differences.")
        + " A cross: a run diverged.";
}
