using System.Globalization;
using System.Xml.Linq;

namespace Batchwise.Lab;

/// <summary>Texts of a drawing that never leave it: one that may be too long is squeezed.</summary>
static class SvgText
{
    /// <summary>The size of text that is neither heading nor cell, in pixels of a drawing 720 wide.</summary>
    public const double Size = 13;

    /// <summary>A text that begins at a place and ends before another.</summary>
    public static XElement From(double x, double y, double end, string text, double size = Size)
    {
        var made = Create(text, size, end - x);
        made.Add(Number("x", x), Number("y", y));
        return made;
    }

    /// <summary>A text around a place.</summary>
    public static XElement Centered(string text, double x, double y, double widest)
    {
        var made = Create(text, Size, widest);
        made.Add(new XAttribute("text-anchor", "middle"), Number("x", x), Number("y", y));
        return made;
    }

    /// <summary>A text that runs upwards, around a place.</summary>
    public static XElement Upright(string text, double x, double y, double longest)
    {
        var made = Create(text, Size, longest);
        made.Add(new XAttribute("text-anchor", "middle"), new XAttribute("transform", string.Create(CultureInfo.InvariantCulture, $"translate({x:0.##},{y:0.##}) rotate(-90)")));
        return made;
    }

    /// <summary>An attribute with a number.</summary>
    public static XAttribute Number(string name, double value) => new(name, value.ToString("0.##", CultureInfo.InvariantCulture));

    private static XElement Create(string text, double size, double widest) => new(
        PlotDocument.Ns + "text",
        new XAttribute("class", "f-ink"),
        Number("font-size", size),
        TextWidth.Of(text, size) > widest ? new object[] { Number("textLength", widest), new XAttribute("lengthAdjust", "spacingAndGlyphs") } : [],
        text);
}
