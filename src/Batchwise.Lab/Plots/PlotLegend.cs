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

/// <summary>Draws legends beneath a plot, row by row, so that no name is ever cut.</summary>
static class PlotLegend
{
    private const double Font = 13;
    private const double RowHeight = 22;
    private const double Swatch = 30;
    private const double Gap = 22;
    private const double Left = 24;
    private const double Right = PlotDocument.Width - 16;

    /// <summary>Draws entries from <paramref name="top"/> on.</summary>
    /// <returns>The elements, and where they end.</returns>
    public static (List<XElement> Elements, double Bottom) Entries(IReadOnlyList<LegendEntry> entries, double top)
    {
        List<XElement> elements = [];
        var (x, y) = (Left, top + RowHeight / 2);
        foreach (var entry in entries)
        {
            var width = Swatch + 6 + TextWidth.Of(entry.Text, Font);
            if (x > Left && x + width > Right)
                (x, y) = (Left, y + RowHeight);
            elements.Add(new XElement(PlotDocument.Ns + "g", new XAttribute("class", "entry"), Symbol(entry, x, y), Text(entry.Text, x + Swatch + 6, y, Right)));
            x += width + Gap;
        }
        return (elements, entries.Count == 0 ? top : y + RowHeight / 2 + 6);
    }

    /// <summary>Draws the colours of a heat map.</summary>
    public static (List<XElement> Elements, double Bottom) Scale(ScaleLegend legend, double top)
    {
        const int steps = 32;
        const double step = 6;
        var y = top + RowHeight / 2;
        var low = TextWidth.Of(legend.Low, Font);
        var first = Left + low + 8;
        List<XElement> elements = [Text(legend.Low, Left, y, first)];
        for (var i = 0; i < steps; i++)
        {
            var color = legend.Scale.Color(legend.Scale.Low + (legend.Scale.High - legend.Scale.Low) * i / (steps - 1));
            elements.Add(new XElement(PlotDocument.Ns + "rect", Number("x", first + i * step), Number("y", y - 7), Number("width", step + 0.5), Number("height", 14), new XAttribute("fill", $"rgb({color.R},{color.G},{color.B})")));
        }
        elements.Add(Text(legend.High, first + steps * step + 8, y, Right));
        return (elements, y + RowHeight / 2 + 6);
    }

    /// <summary>A text that ends before <paramref name="end"/>, squeezed if it is too long.</summary>
    public static XElement Text(string text, double x, double y, double end, double size = Font, string color = "ink") => new(
        PlotDocument.Ns + "text",
        new XAttribute("class", $"f-{color}"),
        Number("x", x),
        Number("y", y + size * 0.35),
        Number("font-size", size),
        x + TextWidth.Of(text, size) > end ? new object[] { Number("textLength", end - x), new XAttribute("lengthAdjust", "spacingAndGlyphs") } : [],
        text);

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
            yield return new XElement(PlotDocument.Ns + "line", new XAttribute("class", $"t-{color}"), Number("x1", x), Number("y1", y), Number("x2", x + Swatch), Number("y2", y), Number("stroke-width", 2),
                style.Dash is { } dash ? new XAttribute("stroke-dasharray", string.Join(',', dash.Select(length => (2 * length).ToString(CultureInfo.InvariantCulture)))) : null);
        }
        if (entry.Symbol == LegendSymbol.Bar)
            yield return new XElement(PlotDocument.Ns + "rect", new XAttribute("class", $"f-{color} t-{color}"), Number("x", x + 6), Number("y", y - 6), Number("width", 18), Number("height", 12), Number("fill-opacity", style.Hollow ? 0.27 : 1));
        else
            yield return Outline(style.Outline, center, y, 4, style.Hollow ? "f-paper" : $"f-{color}", $"t-{color}");
    }

    private static XElement Outline(IReadOnlyList<ScreenPoint> outline, double x, double y, double radius, string fill, string stroke) => new(
        PlotDocument.Ns + "polygon",
        new XAttribute("class", $"{fill} {stroke}"),
        new XAttribute("points", string.Join(' ', outline.Select(point => FormattableString.Invariant($"{x + point.X * radius:0.##},{y + point.Y * radius:0.##}")))),
        Number("stroke-width", 1.5));

    private static XAttribute Number(string name, double value) => new(name, value.ToString("0.##", CultureInfo.InvariantCulture));
}
