using System.Text;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;

namespace Batchwise.Lab;

/// <summary>What all drawings share: sizes, fonts, colours, and how they become SVG.</summary>
static class Drawing
{
    /// <summary>Behind what is shown: grid lines, companions.</summary>
    public static OxyColor Faint => OxyColor.FromArgb(0x30, 0x80, 0x80, 0x80);

    /// <summary>Colours that are told apart by those who see red and green alike, plain and batch norm first (Okabe and Ito).</summary>
    private static readonly OxyColor[] Colors =
    [
        OxyColor.FromRgb(0x20, 0x6A, 0xB8), OxyColor.FromRgb(0xC8, 0x4A, 0x10), OxyColor.FromRgb(0x00, 0x9E, 0x73), OxyColor.FromRgb(0xCC, 0x79, 0xA7),
        OxyColor.FromRgb(0xB0, 0x86, 0x00), OxyColor.FromRgb(0x56, 0xB4, 0xE9), OxyColor.FromRgb(0x50, 0x50, 0x50), OxyColor.FromRgb(0x7B, 0x3F, 0xA0),
    ];

    public static OxyColor Color(int place) => Colors[place % Colors.Length];

    /// <summary>A second mark beside colour, for print and for those who do not see it.</summary>
    public static MarkerType Marker(int place) => (place % 5) switch
    {
        0 => MarkerType.Circle,
        1 => MarkerType.Square,
        2 => MarkerType.Triangle,
        3 => MarkerType.Diamond,
        _ => MarkerType.Cross,
    };

    public static PlotModel Create(string title) => new()
    {
        Title = title,
        TitleFontSize = 14,
        Background = OxyColors.White,
        TitlePadding = 14,
        // A font whose widths the exporter knows, so that what it measures is what a viewer shows.
        DefaultFont = "Arial",
        Padding = new OxyThickness(12, 8, 28, 12),
    };

    public static LinearAxis Left(string title, double minimum, double maximum) => new()
    {
        Position = AxisPosition.Left,
        Title = title,
        Minimum = minimum,
        Maximum = maximum,
        AxisTitleDistance = 12,
        MajorGridlineStyle = LineStyle.Dot,
        MajorGridlineColor = Faint,
    };

    public static Legend Legend() => new()
    {
        LegendPlacement = LegendPlacement.Outside,
        LegendPosition = LegendPosition.RightTop,
        LegendFontSize = 12,
        LegendPadding = 12,
        LegendLineSpacing = 6,
    };

    /// <summary>A legend's text is clipped to its width as measured; a viewer's fallback font may be wider.</summary>
    public static string LegendRoom(string text) => text + new string('\u00A0', 8);

    public static string Svg(PlotModel plot, double height = 420)
    {
        using var stream = new MemoryStream();
        new SvgExporter { Width = 720, Height = height, UseVerticalTextAlignmentWorkaround = true }.Export(plot, stream);
        var text = Encoding.UTF8.GetString(stream.ToArray());
        // From the element on, without byte order mark and prologue: it stands in a page as well as in a file.
        return text[text.IndexOf("<svg", StringComparison.Ordinal)..];
    }
}
