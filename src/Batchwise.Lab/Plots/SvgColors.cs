using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Batchwise.Lab;

/// <summary>Turns the exporter's fixed colours into classes, and writes the style sheet that gives them their colours.</summary>
static partial class SvgColors
{
    /// <summary>For whom the dark colours are: paper is never dark.</summary>
    public const string DarkMedia = "@media screen and (prefers-color-scheme:dark)";

    private const string Fonts = "Arial,Helvetica,\"Liberation Sans\",sans-serif";

    /// <summary>The elements with classes <c>f-NAME</c> for fills and <c>t-NAME</c> for strokes; what is invisible is left out.</summary>
    public static IReadOnlyList<XElement> ByClass(IEnumerable<XElement> elements) => SvgPaths.Joined([.. elements.Select(ByClass).OfType<XElement>()]);

    /// <summary>The style sheet of a drawing: a rule for each class that it uses, light, and dark on a screen whose reader prefers it.</summary>
    /// <param name="root">The drawing.</param>
    /// <param name="name">The class of its root, which bounds every rule.</param>
    public static string Styles(XElement root, string name)
    {
        HashSet<string> used = [.. root.Descendants().Attributes("class").SelectMany(attribute => attribute.Value.Split(' '))];
        IReadOnlyList<PlotColor> colors = [PlotColor.Ink, PlotColor.Muted, PlotColor.Grid, PlotColor.Paper, PlotColor.Empty, PlotColor.OnLight, PlotColor.OnDark, .. PlotColor.Series];
        string Rules(Func<PlotColor, string> value)
        {
            var rules = new StringBuilder();
            foreach (var color in colors)
            {
                foreach (var (prefix, property) in new[] { ("f-", "fill"), ("t-", "stroke") })
                {
                    if (used.Contains(prefix + color.Class))
                        rules.Append(CultureInfo.InvariantCulture, $".{name} .{prefix}{color.Class}{{{property}:{value(color)}}}");
                }
            }
            return rules.ToString();
        }
        return $".{name} text{{font-family:{Fonts}}}.{name} .f-none{{fill:none}}{Rules(color => color.Light)}"
            + $"{DarkMedia}{{{Rules(color => color.Dark)}}}";
    }

    private static XElement? ByClass(XElement element)
    {
        var properties = Properties(element);
        var (fill, stroke) = (properties.GetValueOrDefault("fill"), properties.GetValueOrDefault("stroke"));
        if (properties.GetValueOrDefault("stroke-width") == "0")
            stroke = "none";
        var shape = element.Name.LocalName is "polyline" or "polygon" or "rect" or "ellipse" or "path" && element.Parent?.Name.LocalName != "clipPath";
        if (shape && fill is null or "none" && stroke is null or "none")
            return null;
        var made = new XElement(element.Name);
        List<string> classes = [];
        void Paint(string property, string prefix, string? value)
        {
            if (value is null)
                return;
            if (PlotColor.Find(value) is { } color)
                classes.Add(prefix + color.Class);
            else
                made.SetAttributeValue(property, value);
        }
        Paint("fill", "f-", fill);
        Paint("stroke", "t-", stroke);
        if (classes.Count > 0)
            made.SetAttributeValue("class", string.Join(' ', classes));
        foreach (var (property, value) in properties.Where(property => property.Key is not ("fill" or "stroke")))
        {
            if (stroke is not (null or "none") || !property.StartsWith("stroke", StringComparison.Ordinal))
                made.SetAttributeValue(property, Short(value));
        }
        foreach (var attribute in element.Attributes().Where(attribute => attribute.Name.LocalName is not ("style" or "fill" or "stroke" or "font-family" or "font-weight" or "shape-rendering")))
            made.SetAttributeValue(attribute.Name, Number().Replace(attribute.Value, match => Short(match.Value)));
        if (element.HasElements)
            made.Add(ByClass(element.Elements()));
        else if (element.Value.Length > 0)
            made.Value = element.Value;
        return made;
    }

    private static Dictionary<string, string> Properties(XElement element)
    {
        var properties = ((string?)element.Attribute("style") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(declaration => declaration.Split(':', 2)).ToDictionary(parts => parts[0].Trim(), parts => parts[1].Trim());
        foreach (var name in new[] { "fill", "stroke" })
        {
            if ((string?)element.Attribute(name) is { } value)
                properties[name] = value;
        }
        return properties;
    }

    // Hundredths of a pixel are plenty.
    private static string Short(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number.ToString("0.##", CultureInfo.InvariantCulture) : text;

    [GeneratedRegex(@"-?\d+\.\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
