using OxyPlot;
using OxyPlot.Annotations;

namespace Batchwise.Lab;

/// <summary>Values of categories, each on a line of its own: dots with intervals, or bars.</summary>
/// <param name="Title">The drawing's heading.</param>
/// <param name="Value">The axis of the values, below.</param>
/// <param name="Categories">The categories from top to bottom.</param>
/// <param name="Series">Per arm a value for each category.</param>
sealed record CategoryPlot(string Title, PlotAxis Value, IReadOnlyList<string> Categories, IReadOnlyList<CategorySeries> Series)
{
    private const double Room = 0.72;

    /// <summary>Whether values are bars from the axis's beginning; its <see cref="PlotAxis.Minimum"/> should then be 0.</summary>
    public bool Bars { get; init; }

    /// <summary>A value that others are seen against, such as no difference: a line across all categories; null for none.</summary>
    public double? Reference { get; init; }

    /// <summary>The drawing: an SVG document.</summary>
    /// <exception cref="ArgumentException">There is no category or series, or a series has not a value per category.</exception>
    public string Svg()
    {
        if (Categories.Count == 0 || Series.Count == 0)
            throw new ArgumentException($"The plot '{Title}' has {Categories.Count} categories and {Series.Count} series: draw it only if there is something to draw.");
        if (Series.FirstOrDefault(series => series.Values.Count != Categories.Count) is { } odd)
            throw new ArgumentException($"Series '{odd.Name}' of plot '{Title}' has {odd.Values.Count} values for {Categories.Count} categories: give one per category, not a number where there is none.");
        var scale = Value.Scale(Series.SelectMany(series => series.Values).SelectMany(value => new[] { value.Value, value.Low ?? value.Value, value.High ?? value.Value })
            .Concat(Reference is { } shown ? [shown] : []));
        var height = 64 + Categories.Count * Math.Max(30, 12 + 15 * Series.Count);
        // From top to bottom, as a table is read.
        var frame = new PlotFrame(scale, PlotScale.Categories("", [.. Categories.Select(Shortened)], grid: true), height, downwards: true);
        if (Reference is { } reference)
            frame.Model.Series.Add(Draw.Strokes(PlotColor.Muted, 1.2, [(new DataPoint(Value.Place(reference), -0.5), new DataPoint(Value.Place(reference), Categories.Count - 0.5))]));
        for (var i = 0; i < Series.Count; i++)
            Add(frame.Model, Series[i], i, scale);
        return PlotDocument.Write(Title, frame, Legend());
    }

    // A label may take a third of the width.
    private static string Shortened(string label)
    {
        const double widest = 280;
        if (TextWidth.Of(label, SvgText.Size) <= widest)
            return label;
        var length = label.Length;
        while (length > 1 && TextWidth.Of(label[..length], SvgText.Size) > widest - SvgText.Size)
            length--;
        return label[..length] + "\u2026";
    }

    private double Row(int category, int series) => category + (Series.Count == 1 ? 0 : (series - (Series.Count - 1) / 2.0) * Room / Series.Count);

    private void Add(PlotModel model, CategorySeries series, int order, PlotScale scale)
    {
        var style = new SeriesStyle(series.Style ?? order);
        IEnumerable<DataPoint> Places(PointKind kind) => series.Values
            .Select((value, category) => (value, point: new DataPoint(Value.Place(value.Value), Row(category, order))))
            .Where(entry => entry.value.Kind == kind && (entry.point.IsDefined() || kind == PointKind.Diverged))
            // A run without a value has its cross where the axis begins.
            .Select(entry => entry.point.IsDefined() ? entry.point : new DataPoint(scale.Low + 0.012 * (scale.High - scale.Low), entry.point.Y));
        if (Bars)
        {
            foreach (var place in Places(PointKind.Measured).Concat(Places(PointKind.Beyond)))
            {
                model.Annotations.Add(new RectangleAnnotation
                {
                    Layer = AnnotationLayer.BelowSeries,
                    MinimumX = scale.Low,
                    MaximumX = place.X,
                    MinimumY = place.Y - 0.42 * Room / Series.Count,
                    MaximumY = place.Y + 0.42 * Room / Series.Count,
                    Fill = style.Hollow ? OxyColor.FromAColor(70, style.Color.Oxy) : style.Color.Oxy,
                    Stroke = style.Color.Oxy,
                    StrokeThickness = 1,
                });
            }
        }
        model.Series.Add(Draw.Strokes(Bars ? PlotColor.Ink : style.Color, 1.6, Intervals(series, order)));
        if (!Bars)
            model.Series.Add(Draw.Markers(style, Places(PointKind.Measured)));
        model.Series.Add(Draw.Arrows(SeriesStyle.ArrowRight, style, Places(PointKind.Beyond)));
        model.Series.Add(Draw.Crosses(style, Places(PointKind.Diverged)));
    }

    private IEnumerable<(DataPoint From, DataPoint To)> Intervals(CategorySeries series, int order)
    {
        for (var category = 0; category < series.Values.Count; category++)
        {
            if (series.Values[category] is { Kind: PointKind.Measured, Low: { } low, High: { } high } && double.IsFinite(Value.Place(low)) && double.IsFinite(Value.Place(high)))
                yield return (new DataPoint(Value.Place(low), Row(category, order)), new DataPoint(Value.Place(high), Row(category, order)));
        }
    }

    private List<LegendEntry> Legend()
    {
        List<LegendEntry> entries = Series.Count == 1
            ? []
            : [.. Series.Select((series, i) => new LegendEntry(series.Name, new SeriesStyle(series.Style ?? i), Bars ? LegendSymbol.Bar : LegendSymbol.Marker))];
        var kinds = Series.SelectMany(series => series.Values).Select(value => value.Kind).ToHashSet();
        if (kinds.Contains(PointKind.Diverged))
            entries.Add(LegendEntry.Diverged);
        if (kinds.Contains(PointKind.Beyond))
            entries.Add(LegendEntry.Beyond(SeriesStyle.ArrowRight));
        return entries;
    }
}
