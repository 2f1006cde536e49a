using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Batchwise.Lab;

/// <summary>
/// Takes a drawing into a page. Results are files that anyone may have written, so only what a drawing consists of is let
/// through: no script, no link, nothing that is fetched, no style sheet that reaches beyond the drawing.
/// </summary>
static class InlineSvg
{
    private static readonly HashSet<string> Elements =
    [
        "svg", "g", "defs", "clipPath", "rect", "line", "polyline", "polygon", "path", "circle", "ellipse", "text", "tspan", "style",
    ];

    private static readonly HashSet<string> Attributes =
    [
        "class", "clip-path", "cx", "cy", "d", "dominant-baseline", "dx", "dy", "fill", "fill-opacity", "font-family", "font-size", "font-weight",
        "height", "id", "lengthAdjust", "opacity", "points", "r", "rx", "ry", "shape-rendering", "stroke", "stroke-dasharray", "stroke-linecap",
        "stroke-linejoin", "stroke-opacity", "stroke-width", "style", "text-anchor", "textLength", "transform", "viewBox", "width",
        "x", "x1", "x2", "y", "y1", "y2",
    ];

    /// <summary>Reads an SVG document and writes it for a page.</summary>
    /// <param name="svg">The document.</param>
    /// <param name="prefix">What is set before its ids.</param>
    /// <param name="labelId">The id of the page's element that says what it is.</param>
    /// <param name="drawing">The markup; null if it is no drawing.</param>
    /// <param name="why">Why it is none.</param>
    public static bool TryRead(string svg, string prefix, string labelId, [NotNullWhen(true)] out string? drawing, [NotNullWhen(false)] out string? why)
    {
        (drawing, why) = (null, null);
        XElement root;
        try
        {
            using var reader = XmlReader.Create(new StringReader(svg), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
            root = XElement.Load(reader);
        }
        catch (XmlException error)
        {
            why = $"it is no XML ({error.Message.TrimEnd('.')})";
            return false;
        }
        if (root.Name != PlotDocument.Ns + "svg")
        {
            why = $"its root is '{root.Name.LocalName}', not 'svg'";
            return false;
        }
        var box = (string?)root.Attribute(PlotDocument.BodyAttribute) ?? (string?)root.Attribute("viewBox") ?? $"0 0 {Size(root, "width", "720")} {Size(root, "height", "420")}";
        var made = Clean(root, root.Attribute(PlotDocument.BodyAttribute) is not null, Scope(root));
        made.SetAttributeValue("viewBox", box);
        made.SetAttributeValue("width", null);
        made.SetAttributeValue("height", null);
        // The root lies in the page, and could be laid over it.
        made.SetAttributeValue("style", null);
        made.SetAttributeValue("role", "img");
        SvgIds.Prefix(made, prefix);
        made.SetAttributeValue("aria-labelledby", labelId);
        drawing = made.ToString(SaveOptions.DisableFormatting);
        return true;
    }

    private static string Size(XElement root, string name, string otherwise) =>
        double.TryParse((string?)root.Attribute(name), CultureInfo.InvariantCulture, out var size) && size > 0 ? size.ToString(CultureInfo.InvariantCulture) : otherwise;

    private static XElement Clean(XElement element, bool plot, string scope)
    {
        var made = new XElement(element.Name);
        foreach (var attribute in element.Attributes())
        {
            if (Attributes.Contains(attribute.Name.ToString()) && Harmless(attribute.Value))
                made.Add(new XAttribute(attribute.Name, attribute.Value));
        }
        foreach (var node in element.Nodes())
        {
            if (node is XText text)
                made.Add(new XText(text.Value));
            else if (node is XElement child && Keep(child, plot, scope))
                made.Add(Clean(child, plot, scope));
        }
        return made;
    }

    private static bool Keep(XElement element, bool plot, string scope)
    {
        if (element.Name.Namespace != PlotDocument.Ns || !Elements.Contains(element.Name.LocalName))
            return false;
        if (element.Name.LocalName == "style")
            return Harmless(element.Value) && Bounded(element.Value, scope);
        return !plot || ((string?)element.Attribute("class"))?.Split(' ').Contains(PlotDocument.StandaloneClass) is not true;
    }

    // References within the drawing are all that may be referred to.
    private static bool Harmless(string value)
    {
        var rest = WithoutMedia(value).Replace("url(#", "", StringComparison.Ordinal);
        return rest.AsSpan().IndexOfAny("\\<@") < 0 && !rest.Contains("url(", StringComparison.OrdinalIgnoreCase);
    }

    private static string WithoutMedia(string rules) => rules.Replace(SvgColors.DarkMedia + "{", "", StringComparison.Ordinal);

    // The class of the root, by which a drawing's rules are bounded.
    private static string Scope(XElement root) => ((string?)root.Attribute("class") ?? "").Split(' ')[0];

    private static bool Bounded(string rules, string scope)
    {
        if (scope.Length == 0 || !scope.All(char.IsAsciiLetterOrDigit))
            return false;
        var selectors = WithoutMedia(rules)
            .Split('}', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(rule => rule.Split('{')[0]);
        return selectors.All(selector => selector.StartsWith($".{scope} ", StringComparison.Ordinal) && selector.IndexOfAny([',', '~', '+', '/']) < 0);
    }
}
