using OxyPlot;
using OxyPlot.Axes;

namespace Batchwise.Lab;

/// <summary>
/// A plot's axes and the room around them. The room is reckoned here, by widths on the safe side, and the titles are set here:
/// the exporter measures a font that the viewer may not have.
/// </summary>
sealed class PlotFrame
{
    private const double Top = 12;
    private const double Right = 30;
    private const double BottomWithTitle = 48;
    private const double LabelSize = 13;

    private readonly PlotScale _bottom;
    private readonly PlotScale _left;
    private readonly double _leftRoom;

    /// <summary>Makes an empty plot.</summary>
    /// <param name="bottom">The axis below.</param>
    /// <param name="left">The axis to the left.</param>
    /// <param name="height">The height in pixels, with axes and titles.</param>
    /// <param name="downwards">Whether the left axis begins at the top.</param>
    public PlotFrame(PlotScale bottom, PlotScale left, double height, bool downwards = false)
    {
        (_bottom, _left, Height) = (bottom, left, height);
        var labels = left.Major.Select(place => TextWidth.Of(left.Text(place), LabelSize)).DefaultIfEmpty().Max();
        // At least so much that half of a wide label below fits.
        _leftRoom = Math.Max(40, labels + 14 + (left.Title.Length > 0 ? 26 : 6));
        Model = new PlotModel
        {
            DefaultFont = "Arial",
            DefaultFontSize = LabelSize,
            TextColor = PlotColor.Ink.Oxy,
            PlotAreaBorderColor = PlotColor.Muted.Oxy,
            PlotAreaBorderThickness = new OxyThickness(1, 0, 0, 1),
            Padding = new OxyThickness(0),
            PlotMargins = new OxyThickness(_leftRoom, Top, Right, BottomWithTitle),
        };
        Model.Axes.Add(bottom.Create(AxisPosition.Bottom, downwards: false));
        Model.Axes.Add(left.Create(AxisPosition.Left, downwards));
    }

    public PlotModel Model { get; }

    public double Height { get; }

    /// <summary>The plot's own width between the axes' ends.</summary>
    public double PlotWidth => PlotDocument.Width - _leftRoom - Right;

    /// <summary>The axes' titles.</summary>
    public IEnumerable<System.Xml.Linq.XElement> Titles()
    {
        if (_bottom.Title.Length > 0)
            yield return SvgText.Centered(_bottom.Title, _leftRoom + PlotWidth / 2, Height - 8, PlotDocument.Width - 24);
        if (_left.Title.Length > 0)
            yield return SvgText.Upright(_left.Title, 19, Top + (Height - Top - BottomWithTitle) / 2, Height - 16);
    }
}
