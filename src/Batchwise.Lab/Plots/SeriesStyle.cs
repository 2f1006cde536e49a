using OxyPlot;

namespace Batchwise.Lab;

/// <summary>How a series looks: colour, dash and marker together tell 24 apart, eight of them by colour alone.</summary>
/// <param name="Number">Its number; it may be any that is not negative, and repeats after 24.</param>
readonly record struct SeriesStyle(int Number)
{
    private static readonly IReadOnlyList<double[]?> Dashes = [null, [7, 3], [2, 2.5]];

    private static readonly IReadOnlyList<IReadOnlyList<ScreenPoint>> Outlines =
    [
        Polygon(16, 0, 1),
        Polygon(4, Math.PI / 4, 1.2),
        Polygon(3, -Math.PI / 2, 1.35),
        Polygon(4, 0, 1.3),
        Polygon(3, Math.PI / 2, 1.35),
        Star(5, 0.5, 1.45),
        Star(4, 0.35, 1.5),
        Polygon(6, 0, 1.15),
    ];

    /// <summary>The cross of a run that diverged, as two strokes.</summary>
    public static IReadOnlyList<ScreenPoint> Cross { get; } = [new(-1, -1), new(1, 1), new(0, 0), new(-1, 1), new(1, -1), new(0, 0)];

    /// <summary>The arrow of a value that lies beyond, to the right.</summary>
    public static IReadOnlyList<ScreenPoint> ArrowRight { get; } = [new(-1.1, -1.2), new(1.4, 0), new(-1.1, 1.2)];

    /// <summary>The arrow of a value that lies beyond, upwards.</summary>
    public static IReadOnlyList<ScreenPoint> ArrowUp { get; } = [new(-1.2, 1.1), new(0, -1.4), new(1.2, 1.1)];

    public PlotColor Color => PlotColor.Series[Number % PlotColor.Series.Count];

    /// <summary>Lengths of strokes and gaps in pixels; null for a whole line.</summary>
    public double[]? Dash => Dashes[Number / PlotColor.Series.Count % Dashes.Count];

    /// <summary>The marker's outline for a radius of about 1.</summary>
    public IReadOnlyList<ScreenPoint> Outline => Outlines[Number % Outlines.Count];

    /// <summary>Whether the marker is filled with the colour of the paper.</summary>
    public bool Hollow => Dash is not null;

    private static ScreenPoint[] Polygon(int corners, double turn, double radius) =>
        [.. Enumerable.Range(0, corners).Select(corner => At(turn + 2 * Math.PI * corner / corners, radius))];

    private static ScreenPoint[] Star(int rays, double inner, double radius) =>
        [.. Enumerable.Range(0, 2 * rays).Select(corner => At(-Math.PI / 2 + Math.PI * corner / rays, corner % 2 == 0 ? radius : radius * inner))];

    private static ScreenPoint At(double angle, double radius) => new(Math.Cos(angle) * radius, Math.Sin(angle) * radius);
}
