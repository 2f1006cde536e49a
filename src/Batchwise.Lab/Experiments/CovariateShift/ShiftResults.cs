using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>A method with one rate, over the fresh seeds.</summary>
/// <param name="Arm">The method.</param>
/// <param name="Rate">The rate.</param>
/// <param name="Runs">Its runs in the order of seeds.</param>
sealed record ShiftCell(Arm Arm, float Rate, ImmutableArray<ShiftRun> Runs)
{
    /// <summary>Test accuracy of each seed.</summary>
    public ImmutableArray<double> Test => [.. Runs.Select(run => run.Test)];

    /// <summary>How many runs diverged.</summary>
    public int Diverged => Runs.Count(run => run.Diverged is not null);
}

/// <summary>The three networks at one choice of rates.</summary>
/// <param name="Rates">Which: "own rates", "plain's rate".</param>
/// <param name="Plain">Without normalization.</param>
/// <param name="Norm">With batch normalization.</param>
/// <param name="Noisy">With noise behind it.</param>
sealed record ShiftTrio(string Rates, ShiftCell Plain, ShiftCell Norm, ShiftCell Noisy)
{
    /// <summary>All three, in the order of tables.</summary>
    public ImmutableArray<ShiftCell> Cells => [Plain, Norm, Noisy];
}

/// <summary>What <see cref="CovariateShift"/> found.</summary>
/// <param name="Own">Each network at its own best rate.</param>
/// <param name="Shared">All at plain's.</param>
/// <param name="Intervals">Whether there are seeds enough for intervals.</param>
sealed record ShiftResults(ShiftTrio Own, ShiftTrio Shared, bool Intervals)
{
    /// <summary>Batch norm less plain and noisy less batch norm, of every measure and of accuracy, at both choices of rates.</summary>
    public static int Comparisons => 2 * 2 * (ShiftMeasure.All.Length + 1);

    /// <summary>Both choices of rates.</summary>
    public ImmutableArray<ShiftTrio> Trios => [Own, Shared];

    /// <summary>A measure's difference; null if it was not measured in every run, or there are no intervals.</summary>
    public PairedDifference? Difference(ShiftMeasure measure, ShiftCell cell, ShiftCell baseline)
    {
        if (!Intervals)
            return null;
        double[] values = [.. cell.Runs.Select(measure.Compared)], others = [.. baseline.Runs.Select(measure.Compared)];
        return values.Concat(others).All(double.IsFinite) ? PairedDifference.Of(values, others, Comparisons) : null;
    }

    /// <summary>The difference in test accuracy; null if there are no intervals.</summary>
    public PairedDifference? Accuracy(ShiftCell cell, ShiftCell baseline) => Intervals ? PairedDifference.Of(cell.Test, baseline.Test, Comparisons) : null;

    /// <summary>The table of accuracies.</summary>
    public TableResult Accuracies()
    {
        var rows = from trio in Trios
                   from cell in trio.Cells
                   let row = ImmutableArray.Create(trio.Rates, cell.Arm.Name, Words.Rate(cell.Rate), Words.Accuracies(cell.Test), $"{cell.Diverged} of {cell.Runs.Length}")
                   let baseline = cell == trio.Noisy ? trio.Norm : trio.Plain
                   let difference = cell == trio.Plain ? null : Accuracy(cell, baseline)
                   select !Intervals ? row : difference is null ? row.AddRange("", "", "baseline") : row.AddRange(baseline.Arm.Name, difference.Text(), Words.Of(difference.Verdict));
        ImmutableArray<TableColumn> columns = [new("rates", false), new("method", false), new("rate", true), new("test accuracy", true), new("diverged", true)];
        return new("best", "Accuracy", Intervals ? [.. columns, new("against", false), new("difference", true), new("verdict", false)] : columns, [.. rows], Note);
    }

    /// <summary>The table of measures.</summary>
    public TableResult Measures()
    {
        var rows = from measure in ShiftMeasure.All
                   from trio in Trios
                   let row = ImmutableArray.Create(measure.Title, trio.Rates, measure.Text(trio.Plain.Runs), measure.Text(trio.Norm.Runs), measure.Text(trio.Noisy.Runs))
                   select !Intervals ? row : row.AddRange(Cells(measure, Difference(measure, trio.Norm, trio.Plain))).AddRange(Cells(measure, Difference(measure, trio.Noisy, trio.Norm)));
        ImmutableArray<TableColumn> columns = [new("measure", false), new("rates", false), new("plain", true), new("batch norm", true), new("noisy batch norm", true)];
        return new("measures", "Covariate shift, landscape and Jacobians", Intervals
            ? [.. columns, new("batch norm - plain", true), new("batch norm is", false), new("noisy - batch norm", true), new("noisy is", false)]
            : columns, [.. rows], "Means over layers, then over looks and seeds: these are geometric where values are compared by factors. " + Note);
    }

    /// <summary>A verdict on a measure, of which neither side is better in itself.</summary>
    public static string Direction(PairedDifference? difference) => difference?.Verdict switch { Verdict.Better => "larger", Verdict.Worse => "smaller", Verdict.Undecided => "undecided", _ => "not measured" };

    private static string[] Cells(ShiftMeasure measure, PairedDifference? difference) => [difference is null ? "" : measure.Text(difference), Direction(difference)];

    private string Note => Intervals
        ? $"Differences are paired by seed; t-intervals, Bonferroni-corrected for the {Comparisons} comparisons of this experiment, so that all hold together with 95 %. Undecided: the interval holds 0, of factors 1."
        : "One seed: no interval.";
}
