namespace Batchwise.Lab;

/// <summary>What a point of a plot stands for.</summary>
enum PointKind
{
    /// <summary>A measured value.</summary>
    Measured,

    /// <summary>A run that diverged: a cross, at the axis if it has no value; no line leads to it.</summary>
    Diverged,

    /// <summary>A bound: the run ended before the value was reached, which lies beyond. A hollow arrow.</summary>
    Beyond,
}

/// <summary>A point of a line.</summary>
/// <param name="X">Where it lies; not a number leaves a gap.</param>
/// <param name="Y">Its value; not a number leaves a gap.</param>
/// <param name="Low">The lower end of its interval; null for none.</param>
/// <param name="High">The upper end of its interval; null for none.</param>
/// <param name="Kind">What it stands for.</param>
readonly record struct PlotPoint(double X, double Y, double? Low = null, double? High = null, PointKind Kind = PointKind.Measured);

/// <summary>A value of a category.</summary>
/// <param name="Value">The value; not a number for none.</param>
/// <param name="Low">The lower end of its interval; null for none.</param>
/// <param name="High">The upper end of its interval; null for none.</param>
/// <param name="Kind">What it stands for.</param>
readonly record struct CategoryValue(double Value, double? Low = null, double? High = null, PointKind Kind = PointKind.Measured);

/// <summary>A line of a plot.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Points">Its points in the order in which the line runs.</param>
sealed record PlotSeries(string Name, IReadOnlyList<PlotPoint> Points)
{
    /// <summary>Its number in the palette, so that an arm looks the same in every figure; null takes its place in the plot.</summary>
    public int? Style { get; init; }

    /// <summary>Whether it is background: thin, grey, without markers and without a name in the legend.</summary>
    public bool Faint { get; init; }
}

/// <summary>The values of one arm over the categories.</summary>
/// <param name="Name">Its name in the legend, which a single series has none of.</param>
/// <param name="Values">A value per category.</param>
sealed record CategorySeries(string Name, IReadOnlyList<CategoryValue> Values)
{
    /// <summary>Its number in the palette; null takes its place in the plot.</summary>
    public int? Style { get; init; }
}
