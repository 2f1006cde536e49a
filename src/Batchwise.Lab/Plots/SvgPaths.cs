using System.Xml.Linq;

namespace Batchwise.Lab;

/// <summary>Joins neighbours that look alike into one path: a third of the size, for a reader of the source as well.</summary>
static class SvgPaths
{
    /// <summary>The elements, in which lines and polygons that follow each other and differ only in their points are one path.</summary>
    public static IReadOnlyList<XElement> Joined(IReadOnlyList<XElement> elements)
    {
        List<XElement> joined = [];
        foreach (var element in elements)
        {
            var path = Path(element);
            if (joined.Count > 0 && path is not null && Look(joined[^1]) == Look(path))
                joined[^1].Attribute("d")!.Value += path.Attribute("d")!.Value;
            else
                joined.Add(path ?? element);
        }
        return joined;
    }

    private static XElement? Path(XElement element)
    {
        if (element.Name.LocalName is not ("polyline" or "polygon"))
            return null;
        var points = ((string?)element.Attribute("points") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (points.Length == 0)
            return null;
        var end = element.Name.LocalName == "polygon" ? "Z" : "";
        return new XElement(
            element.Name.Namespace + "path",
            new XAttribute("d", $"M{string.Join(' ', points)}{end}"),
            element.Attributes().Where(attribute => attribute.Name.LocalName != "points"));
    }

    // All but where it lies.
    private static string Look(XElement element) => element.Name.LocalName + string.Join(';', element.Attributes().Where(attribute => attribute.Name.LocalName != "d"));
}
