using OxyPlot;
using OxyPlot.Series;

namespace Batchwise.Lab;

/// <summary>Lines and markers, which all plots draw with.</summary>
static class Draw
{
    private const double MarkerRadius = 4;

    /// <summary>A line through points, broken where one is not a number.</summary>
    public static LineSeries Line(SeriesStyle style, IEnumerable<DataPoint> points)
    {
        var line = new LineSeries { Color = style.Color.Oxy, StrokeThickness = 2, Dashes = style.Dash, LineJoin = LineJoin.Round };
        line.Points.AddRange(points);
        return line;
    }

    /// <summary>Straight strokes, each of two points.</summary>
    public static LineSeries Strokes(PlotColor color, double thickness, IEnumerable<(DataPoint From, DataPoint To)> strokes)
    {
        var line = new LineSeries { Color = color.Oxy, StrokeThickness = thickness };
        foreach (var (from, to) in strokes)
            line.Points.AddRange([from, to, DataPoint.Undefined]);
        return line;
    }

    /// <summary>The markers of measured values.</summary>
    public static ScatterSeries Markers(SeriesStyle style, IEnumerable<DataPoint> points) =>
        Scatter(style.Outline, style.Hollow ? PlotColor.Paper.Oxy : style.Color.Oxy, style, MarkerRadius, points);

    /// <summary>The markers of runs that diverged.</summary>
    public static ScatterSeries Crosses(SeriesStyle style, IEnumerable<DataPoint> points) =>
        Scatter(SeriesStyle.Cross, OxyColors.Transparent, style, MarkerRadius, points);

    /// <summary>The markers of values that lie beyond.</summary>
    public static ScatterSeries Arrows(IReadOnlyList<ScreenPoint> arrow, SeriesStyle style, IEnumerable<DataPoint> points) =>
        Scatter(arrow, PlotColor.Paper.Oxy, style, MarkerRadius + 1, points);

    private static ScatterSeries Scatter(IReadOnlyList<ScreenPoint> outline, OxyColor fill, SeriesStyle style, double radius, IEnumerable<DataPoint> points)
    {
        var series = new ScatterSeries
        {
            MarkerType = MarkerType.Custom,
            MarkerOutline = [.. outline],
            MarkerSize = radius,
            MarkerFill = fill,
            MarkerStroke = style.Color.Oxy,
            MarkerStrokeThickness = 1.5,
        };
        series.Points.AddRange(points.Select(point => new ScatterPoint(point.X, point.Y)));
        return series;
    }
}
