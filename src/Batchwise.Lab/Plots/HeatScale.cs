using OxyPlot;

namespace Batchwise.Lab;

/// <summary>Colours from dark to bright that rise evenly in lightness (viridis), which every eye and every printer keeps in order.</summary>
/// <param name="Low">The value of the first colour.</param>
/// <param name="High">The value of the last.</param>
sealed record HeatScale(double Low, double High)
{
    private static readonly OxyPalette Viridis = OxyPalettes.Viridis(64);

    /// <summary>The colour of a value; what lies outside takes the end's.</summary>
    public OxyColor Color(double value)
    {
        var share = High > Low ? (value - Low) / (High - Low) : 0.5;
        return Viridis.Colors[(int)Math.Clamp(share * (Viridis.Colors.Count - 1) + 0.5, 0, Viridis.Colors.Count - 1)];
    }

    /// <summary>The colour of text on a cell: the one that contrasts more.</summary>
    public static PlotColor TextOn(OxyColor fill) => Luminance(fill) > 0.18 ? PlotColor.OnLight : PlotColor.OnDark;

    private static double Luminance(OxyColor color) => 0.2126 * Linear(color.R) + 0.7152 * Linear(color.G) + 0.0722 * Linear(color.B);

    private static double Linear(byte channel) => channel <= 10 ? channel / 255.0 / 12.92 : Math.Pow((channel / 255.0 + 0.055) / 1.055, 2.4);
}
