using System.Globalization;
using System.Xml.Linq;
using OxyPlot;

namespace Batchwise.Lab;

/// <summary>How a legend shows a series.</summary>
enum LegendSymbol
{
    Line,
    Marker,
    Bar,
    Sign,
}

/// <summary>An entry of a legend.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Style">The series' look; null for a sign, which any series may bear.</param>
/// <param name="Symbol">What stands before the text.</param>
/// <param name="Sign">The sign's outline.</param>
sealed record LegendEntry(string Text, SeriesStyle? Style, LegendSymbol Symbol, IReadOnlyList<ScreenPoint>? Sign = null)
{
    public static LegendEntry Diverged { get; } = new("diverged", null, LegendSymbol.Sign, SeriesStyle.Cross);

    public static LegendEntry Beyond(IReadOnlyList<ScreenPoint> arrow) => new("not reached: lies beyond", null, LegendSymbol.Sign, arrow);
}

/// <summary>The colours of a heat map with what the ends stand for.</summary>
sealed record ScaleLegend(HeatScale Scale, string Low, string High);

/// <summary>Draws legends beneath a plot, in columns, so that no name is ever cut.</summary>
static class PlotLegend
{
    private const double RowHeight = 22;
    private const double Swatch = 30;
    private const double Gap = 22;
    private const double Left = 24;

    // From the middle of a row to the line on which its text stands.
    private const double Drop = 4.5;
    private const double Right = PlotDocument.Width - 16;

    /// <summary>Draws entries from <paramref name="top"/> on.</summary>
    /// <returns>The elements, and where they end.</returns>
    public static (List<XElement> Elements, double Bottom) Entries(IReadOnlyList<LegendEntry> entries, double top)
    {
        List<XElement> elements = [];
        var widest = entries.Select(entry => Swatch + 6 + TextWidth.Of(entry.Text, SvgText.Size)).DefaultIfEmpty().Max();
        var columns = Math.Clamp((int)((Right - Left + Gap) / (widest + Gap)), 1, Math.Max(1, entries.Count));
        for (var i = 0; i < entries.Count; i++)
        {
            var (x, y) = (Left + i % columns * (widest + Gap), top + RowHeight * (i / columns + 0.5));
            elements.Add(new XElement(PlotDocument.Ns + "g", new XAttribute("class", "entry"), Symbol(entries[i], x, y), SvgText.From(x + Swatch + 6, y + Drop, Right, entries[i].Text)));
        }
        var rows = (entries.Count + columns - 1) / columns;
        return (elements, top + rows * RowHeight + 6);
    }

    /// <summary>Draws the colours of a heat map.</summary>
    public static (List<XElement> Elements, double Bottom) Scale(ScaleLegend legend, double top)
    {
        const int steps = 32;
        const double step = 6;
        var y = top + RowHeight / 2;
        var low = TextWidth.Of(legend.Low, SvgText.Size);
        var first = Left + low + 8;
        List<XElement> elements = [SvgText.From(Left, y + Drop, first, legend.Low)];
        for (var i = 0; i < steps; i++)
        {
            var color = legend.Scale.Color(legend.Scale.Low + (legend.Scale.High - legend.Scale.Low) * i / (steps - 1));
            elements.Add(new XElement(PlotDocument.Ns + "rect", SvgText.Number("x", first + i * step), SvgText.Number("y", y - 7), SvgText.Number("width", step + 0.5), SvgText.Number("height", 14), new XAttribute("fill", $"rgb({color.R},{color.G},{color.B})")));
        }
        elements.Add(SvgText.From(first + steps * step + 8, y + Drop, Right, legend.High));
        return (elements, y + RowHeight / 2 + 6);
    }

    private static IEnumerable<XElement> Symbol(LegendEntry entry, double x, double y)
    {
        var center = x + Swatch / 2;
        if (entry.Style is not { } style)
        {
            yield return Outline(entry.Sign!, center, y, 4.5, "f-none", "t-ink");
            yield break;
        }
        var color = style.Color.Class;
        if (entry.Symbol == LegendSymbol.Line)
        {
            yield return new XElement(PlotDocument.Ns + "line", new XAttribute("class", $"t-{color}"), SvgText.Number("x1", x), SvgText.Number("y1", y), SvgText.Number("x2", x + Swatch), SvgText.Number("y2", y), SvgText.Number("stroke-width", 2),
                style.Dash is { } dash ? new XAttribute("stroke-dasharray", string.Join(',', dash.Select(length => (2 * length).ToString(CultureInfo.InvariantCulture)))) : null);
        }
        if (entry.Symbol == LegendSymbol.Bar)
            yield return new XElement(PlotDocument.Ns + "rect", new XAttribute("class", $"f-{color} t-{color}"), SvgText.Number("x", x + 6), SvgText.Number("y", y - 6), SvgText.Number("width", 18), SvgText.Number("height", 12), SvgText.Number("fill-opacity", style.Hollow ? 0.27 : 1));
        else
            yield return Outline(style.Outline, center, y, 4, style.Hollow ? "f-paper" : $"f-{color}", $"t-{color}");
    }

    private static XElement Outline(IReadOnlyList<ScreenPoint> outline, double x, double y, double radius, string fill, string stroke) => new(
        PlotDocument.Ns + "polygon",
        new XAttribute("class", $"{fill} {stroke}"),
        new XAttribute("points", string.Join(' ', outline.Select(point => FormattableString.Invariant($"{x + point.X * radius:0.##},{y + point.Y * radius:0.##}")))),
        SvgText.Number("stroke-width", 1.5));
}
