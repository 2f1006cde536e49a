using OxyPlot;

namespace Batchwise.Lab;

/// <summary>A colour on light paper and its counterpart on dark; in a drawing it is a class, so that a style sheet chooses.</summary>
/// <param name="Class">The class's name.</param>
/// <param name="Light">On light paper, as <c>#RRGGBB</c>; no two colours share it.</param>
/// <param name="Dark">On dark paper.</param>
sealed record PlotColor(string Class, string Light, string Dark)
{
    public static readonly PlotColor Ink = new("ink", "#1B1F24", "#E6E9ED");
    public static readonly PlotColor Muted = new("muted", "#57606A", "#A5AEB8");
    public static readonly PlotColor Grid = new("grid", "#DDE2E7", "#333A42");
    public static readonly PlotColor Paper = new("paper", "#FFFFFF", "#15181C");
    public static readonly PlotColor Empty = new("empty", "#ECEFF2", "#23282E");

    /// <summary>Text on the light and on the dark cells of a heat map, which are the same on any paper.</summary>
    public static readonly PlotColor OnLight = new("onlight", "#101215", "#101215");
    public static readonly PlotColor OnDark = new("ondark", "#FAFBFC", "#FAFBFC");

    /// <summary>
    /// The colours of series: eight that stay apart under protanopia and deuteranopia, with a contrast of 3 to light paper and
    /// 4.5 to dark. More series take them again with another dash and hollow markers.
    /// </summary>
    public static readonly IReadOnlyList<PlotColor> Series =
    [
        new("s0", "#1F6FC4", "#6CB0F5"),
        new("s1", "#D2540A", "#F58B45"),
        new("s2", "#499880", "#CDFCCF"),
        new("s3", "#5B0055", "#AD6BA6"),
        new("s4", "#4827A4", "#9B60FA"),
        new("s5", "#512C00", "#EEDC23"),
        new("s6", "#236B7E", "#6BD6CD"),
        new("s7", "#A73635", "#CB6453"),
    ];

    private static readonly IReadOnlyList<PlotColor> All = [Ink, Muted, Grid, Paper, Empty, OnLight, OnDark, .. Series];

    /// <summary>The colour as the exporter takes it.</summary>
    public OxyColor Oxy => OxyColor.Parse(Light);

    /// <summary>The colour that the exporter wrote; null if it is none of these.</summary>
    public static PlotColor? Find(string written)
    {
        if (written is "black")
            return Ink;
        if (written is "white")
            return Paper;
        return All.FirstOrDefault(color => written == $"rgb({color.Oxy.R},{color.Oxy.G},{color.Oxy.B})");
    }
}
