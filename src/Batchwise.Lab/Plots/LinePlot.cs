using OxyPlot;
using OxyPlot.Series;

namespace Batchwise.Lab;

/// <summary>Lines over an axis.</summary>
/// <param name="Title">The drawing's heading.</param>
/// <param name="X">The axis below.</param>
/// <param name="Y">The axis to the left.</param>
/// <param name="Series">The lines.</param>
sealed record LinePlot(string Title, PlotAxis X, PlotAxis Y, IReadOnlyList<PlotSeries> Series)
{
    private const int MarkersPerLine = 12;

    /// <summary>Whether intervals are bands behind the lines, for many points; else bars, for few.</summary>
    public bool Bands { get; init; }

    /// <summary>The height in pixels, without heading and legend; the width is 720.</summary>
    public int Height { get; init; } = 400;

    /// <summary>The drawing: an SVG document.</summary>
    /// <exception cref="ArgumentException">There is no series.</exception>
    public string Svg()
    {
        if (Series.Count == 0)
            throw new ArgumentException($"The plot '{Title}' has no series: draw it only if there is something to draw.");
        var points = Series.SelectMany(series => series.Points).ToList();
        var (x, y) = (X.Scale(points.Select(point => point.X)), Y.Scale(points.SelectMany(Heights)));
        var frame = new PlotFrame(x, y, Height);
        var model = frame.Model;
        List<(PlotSeries Series, SeriesStyle Style)> front = [];
        foreach (var series in Series)
        {
            if (series.Faint)
                AddFaint(model, series);
            else
                front.Add((series, new SeriesStyle(series.Style ?? front.Count)));
        }
        foreach (var (series, style) in front)
            AddIntervals(model, series, style);
        for (var i = 0; i < front.Count; i++)
            AddLine(model, front[i].Series, front[i].Style, i, y);
        return PlotDocument.Write(Title, frame, Legend(front));
    }

    private static IEnumerable<double> Heights(PlotPoint point) => Interval(point) is var (low, high) ? [point.Y, low, high] : [point.Y];

    // Without a measured value an interval has nothing to lie around.
    private static (double Low, double High)? Interval(PlotPoint point) =>
        point is { Kind: PointKind.Measured, Low: { } low, High: { } high } && double.IsFinite(point.Y) ? (low, high) : null;

    private (DataPoint Low, DataPoint High)? Ends(PlotPoint point)
    {
        if (Interval(point) is not var (low, high))
            return null;
        var (x, from, to) = (X.Place(point.X), Y.Place(low), Y.Place(high));
        return double.IsNaN(x + from + to) ? null : (new DataPoint(x, from), new DataPoint(x, to));
    }

    private DataPoint Place(PlotPoint point) => new(X.Place(point.X), Y.Place(point.Y));

    private void AddFaint(PlotModel model, PlotSeries series)
    {
        var line = new LineSeries { Color = OxyColor.FromAColor(110, PlotColor.Muted.Oxy), StrokeThickness = 0.7 };
        line.Points.AddRange(series.Points.Select(Place));
        model.Series.Add(line);
    }

    private void AddIntervals(PlotModel model, PlotSeries series, SeriesStyle style)
    {
        List<List<(DataPoint Low, DataPoint High)>> runs = [[]];
        foreach (var point in series.Points)
        {
            if (Ends(point) is { } ends)
                runs[^1].Add(ends);
            else
                runs.Add([]);
        }
        foreach (var run in runs.Where(run => run.Count > 0))
            model.Series.Add(Bands ? Band(style, run) : Draw.Strokes(style.Color, 1.2, run));
    }

    private static AreaSeries Band(SeriesStyle style, List<(DataPoint Low, DataPoint High)> run)
    {
        var band = new AreaSeries { Fill = OxyColor.FromAColor(45, style.Color.Oxy), Color = OxyColors.Transparent, Color2 = OxyColors.Transparent };
        band.Points.AddRange(run.Select(interval => interval.Low));
        band.Points2.AddRange(run.Select(interval => interval.High));
        return band;
    }

    private void AddLine(PlotModel model, PlotSeries series, SeriesStyle style, int order, PlotScale y)
    {
        model.Series.Add(Draw.Line(style, series.Points.Select(point => point.Kind == PointKind.Diverged ? DataPoint.Undefined : Place(point))));
        var measured = series.Points.Where(point => point.Kind == PointKind.Measured && Place(point).IsDefined()).ToList();
        // Long lines carry a marker here and there, each series elsewhere.
        var stride = (measured.Count + MarkersPerLine - 1) / MarkersPerLine;
        var first = stride == 0 ? 0 : order * Math.Max(1, stride / 5) % stride;
        model.Series.Add(Draw.Markers(style, measured.Where((_, i) => i % stride == first).Select(Place)));
        model.Series.Add(Draw.Arrows(SeriesStyle.ArrowUp, style, series.Points.Where(point => point.Kind == PointKind.Beyond).Select(Place).Where(place => place.IsDefined())));
        // Where there is no value the cross stands at the axis, those of several series above each other.
        var ground = y.Low + (y.High - y.Low) * (0.025 + 0.035 * (order % 12));
        model.Series.Add(Draw.Crosses(style, series.Points.Where(point => point.Kind == PointKind.Diverged)
            .Select(point => Place(point) is var place && place.IsDefined() ? place : new DataPoint(place.X, ground))));
    }

    private static List<LegendEntry> Legend(List<(PlotSeries Series, SeriesStyle Style)> front)
    {
        var entries = front.ConvertAll(line => new LegendEntry(line.Series.Name, line.Style, LegendSymbol.Line));
        var kinds = front.SelectMany(line => line.Series.Points).Select(point => point.Kind).ToHashSet();
        if (kinds.Contains(PointKind.Diverged))
            entries.Add(LegendEntry.Diverged);
        if (kinds.Contains(PointKind.Beyond))
            entries.Add(LegendEntry.Beyond(SeriesStyle.ArrowUp));
        return entries;
    }
}
