using OxyPlot;
using OxyPlot.Axes;

namespace Batchwise.Lab;

/// <summary>An axis whose ends and ticks are settled.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Low">Where it begins.</param>
/// <param name="High">Where it ends.</param>
/// <param name="Major">The ticks with labels.</param>
/// <param name="Minor">The ticks without.</param>
/// <param name="Text">A label.</param>
/// <param name="Grid">Whether lines run through the plot at the labels.</param>
sealed record PlotScale(string Title, double Low, double High, double[] Major, double[] Minor, Func<double, string> Text, bool Grid)
{
    /// <summary>Labels at 0, 1, 2 ...</summary>
    public static PlotScale Categories(string title, IReadOnlyList<string> labels, bool grid) => new(
        title, -0.5, labels.Count - 0.5, [.. Enumerable.Range(0, labels.Count).Select(index => (double)index)], [], place => labels[(int)Math.Round(place)], grid);

    /// <summary>The axis for the exporter, which draws all of it but the title.</summary>
    /// <param name="position">Where it lies.</param>
    /// <param name="downwards">Whether a left axis begins at the top.</param>
    public Axis Create(AxisPosition position, bool downwards) => new TickAxis(this)
    {
        Position = position,
        Minimum = Low,
        Maximum = High,
        StartPosition = downwards ? 1 : 0,
        EndPosition = downwards ? 0 : 1,
        TicklineColor = PlotColor.Muted.Oxy,
        MajorGridlineStyle = Grid ? LineStyle.Solid : LineStyle.None,
        MajorGridlineColor = PlotColor.Grid.Oxy,
        MajorTickSize = 5,
        MinorTickSize = 3,
    };

    private sealed class TickAxis : LinearAxis
    {
        private readonly PlotScale _scale;

        public TickAxis(PlotScale scale)
        {
            _scale = scale;
            LabelFormatter = scale.Text;
        }

        public override void GetTickValues(out IList<double> majorLabelValues, out IList<double> majorTickValues, out IList<double> minorTickValues) =>
            (majorLabelValues, majorTickValues, minorTickValues) = (_scale.Major, _scale.Major, _scale.Minor);
    }
}
