using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using OxyPlot;

namespace Batchwise.Lab;

/// <summary>
/// Makes of what the exporter writes an SVG document that looks right on light and on dark paper, as a file and within a page:
/// colours are classes, chosen by the reader's scheme; classes and ids bear a name of the drawing's own.
/// </summary>
static class PlotDocument
{
    /// <summary>The width of every plot in pixels.</summary>
    public const double Width = 720;

    /// <summary>The attribute with the view box of the drawing without its heading, for a page that has a heading of its own.</summary>
    public const string BodyAttribute = "data-body";

    /// <summary>The class of what such a page leaves out: heading and paper.</summary>
    public const string StandaloneClass = "standalone";

    private const double HeadingHeight = 34;

    public static readonly XNamespace Ns = "http://www.w3.org/2000/svg";

    /// <summary>Writes a plot with its heading and its legend.</summary>
    public static string Write(string title, PlotFrame frame, IReadOnlyList<LegendEntry> entries, ScaleLegend? scale = null)
    {
        var (legend, bottom) = scale is null ? PlotLegend.Entries(entries, frame.Height) : PlotLegend.Scale(scale, frame.Height);
        var body = string.Create(CultureInfo.InvariantCulture, $"0 0 {Width} {bottom:0.#}");
        var root = new XElement(
            Ns + "svg",
            new XAttribute("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 {-HeadingHeight} {Width} {bottom + HeadingHeight:0.#}")),
            new XAttribute("width", Width),
            new XAttribute("height", (bottom + HeadingHeight).ToString("0.#", CultureInfo.InvariantCulture)),
            new XAttribute("role", "img"),
            new XAttribute(BodyAttribute, body),
            new XElement(Ns + "title", title),
            new XElement(Ns + "rect", new XAttribute("class", $"{StandaloneClass} f-paper"), new XAttribute("y", -HeadingHeight), new XAttribute("width", Width), new XAttribute("height", (bottom + HeadingHeight).ToString("0.#", CultureInfo.InvariantCulture))),
            Heading(title),
            SvgColors.ByClass(Export(frame).Elements()),
            frame.Titles(),
            legend);
        // Of its own content: the same drawing has the same name each time it is made.
        var name = "p" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(root.ToString())))[..10];
        root.SetAttributeValue("class", name);
        SvgIds.Prefix(root, name + "-");
        root.Element(Ns + "title")!.AddAfterSelf(new XElement(Ns + "style", SvgColors.Styles(root, name)));
        return root.ToString(SaveOptions.DisableFormatting).Replace("><", ">\n<", StringComparison.Ordinal) + "\n";
    }

    private static XElement Heading(string title)
    {
        var heading = SvgText.From(12, -HeadingHeight / 2 + 8, Width - 12, title, 15);
        heading.SetAttributeValue("class", $"{StandaloneClass} f-ink");
        heading.SetAttributeValue("font-weight", "600");
        return heading;
    }

    private static XElement Export(PlotFrame frame)
    {
        using var stream = new MemoryStream();
        new SvgExporter { Width = Width, Height = frame.Height, UseVerticalTextAlignmentWorkaround = true }.Export(frame.Model, stream);
        stream.Position = 0;
        using var reader = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
        return XElement.Load(reader);
    }
}
