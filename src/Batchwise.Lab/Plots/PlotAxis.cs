namespace Batchwise.Lab;

/// <summary>An axis with a scale.</summary>
/// <param name="Title">What it shows, with its unit.</param>
sealed record PlotAxis(string Title)
{
    /// <summary>The base of a logarithmic axis, 2 or 10; null for a linear one. What is not positive has no place on it.</summary>
    public int? LogBase { get; init; }

    /// <summary>Where the axis begins; null for a little before the first value.</summary>
    public double? Minimum { get; init; }

    /// <summary>Where it ends; null for a little behind the last value.</summary>
    public double? Maximum { get; init; }

    /// <summary>How numbers on it are written; null for as few digits as tell them apart.</summary>
    public string? Format { get; init; }

    /// <summary>Where a value lies on the axis; not a number if nowhere.</summary>
    public double Place(double value)
    {
        if (LogBase is not { } logBase)
            return double.IsFinite(value) ? value : double.NaN;
        return value > 0 && double.IsFinite(value) ? Math.Log(value) / Math.Log(logBase) : double.NaN;
    }

    /// <summary>The axis for values.</summary>
    /// <param name="values">All that it has to show; what has no place on it does not matter.</param>
    public PlotScale Scale(IEnumerable<double> values)
    {
        double[] places = [.. values.Select(Place).Where(double.IsFinite)];
        var (low, high) = places.Length == 0 ? (0, 1) : (places.Min(), places.Max());
        // A single value lies in the middle of something.
        var room = high > low ? (high - low) * 0.04 : LogBase is not null ? 0.5 : Math.Max(Math.Abs(low) * 0.1, 1e-3);
        (low, high) = (Minimum is { } minimum ? Place(minimum) : low - room, Maximum is { } maximum ? Place(maximum) : high + room);
        if (!(high > low))
            (low, high) = double.IsFinite(low) ? (low, low + 1) : (0, 1);
        var (major, minor, text) = LogBase is { } logBase ? PlotTicks.Logarithmic(logBase, low, high, Format) : PlotTicks.Linear(low, high, Format);
        return new PlotScale(Title, low, high, major, minor, text, Grid: true);
    }
}
