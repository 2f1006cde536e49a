using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Batchwise.Lab;

/// <summary>A named line of a figure.</summary>
/// <param name="Title">Its name in the legend.</param>
/// <param name="Points">Its points: place and value.</param>
sealed record PlotLine(string Title, IReadOnlyList<(double X, double Y)> Points);

/// <summary>A row of a figure of differences.</summary>
/// <param name="Title">Its name.</param>
/// <param name="Difference">The difference and its interval.</param>
sealed record PlotInterval(string Title, PairedDifference Difference);

/// <summary>The drawings of experiments.</summary>
static class LabPlots
{
    /// <summary>Accuracy over rate; what is less than the axis shows lies at its edge.</summary>
    public static string OverRates(string title, string axis, IReadOnlyList<PlotLine> lines, double floor)
    {
        var plot = Drawing.Create(title);
        plot.Axes.Add(new LogarithmicAxis
        {
            Position = AxisPosition.Bottom,
            Title = axis,
            Base = 2,
            Minimum = lines.Min(line => line.Points.Min(point => point.X)) / 1.2,
            Maximum = lines.Max(line => line.Points.Max(point => point.X)) * 1.2,
            StringFormat = "0.####",
            AxisTitleDistance = 8,
        });
        plot.Axes.Add(Drawing.Left("test accuracy", floor, 1));
        Add(plot, lines, floor, marked: true);
        return Drawing.Svg(plot);
    }

    /// <summary>Accuracy over steps.</summary>
    public static string OverSteps(string title, string axis, IReadOnlyList<PlotLine> lines, double floor)
    {
        var plot = Drawing.Create(title);
        plot.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Bottom,
            Title = axis,
            Minimum = 0,
            Maximum = lines.Max(line => line.Points.Max(point => point.X)),
            StringFormat = "#,0",
            AxisTitleDistance = 8,
        });
        plot.Axes.Add(Drawing.Left("validation accuracy", floor, 1));
        Add(plot, lines, floor, marked: false);
        return Drawing.Svg(plot);
    }

    /// <summary>Differences with their intervals, a row each, and the line of no difference.</summary>
    public static string Differences(string title, string axis, IReadOnlyList<PlotInterval> rows)
    {
        var plot = Drawing.Create(title);
        plot.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Bottom,
            Title = axis,
            StringFormat = "+0.000;-0.000;0",
            AxisTitleDistance = 8,
            MinimumPadding = 0.05,
            MaximumPadding = 0.05,
            MajorGridlineStyle = LineStyle.Dot,
            MajorGridlineColor = Drawing.Faint,
            ExtraGridlines = [0],
            ExtraGridlineColor = OxyColors.Gray,
        });
        var names = new CategoryAxis { Position = AxisPosition.Left };
        plot.Axes.Add(names);
        for (var i = 0; i < rows.Count; i++)
        {
            // The first row is on top.
            var place = rows.Count - 1 - i;
            names.Labels.Insert(0, rows[i].Title);
            var difference = rows[i].Difference;
            var color = difference.Verdict switch { Verdict.Better => Drawing.Color(2), Verdict.Worse => Drawing.Color(1), _ => OxyColors.Gray };
            var interval = new LineSeries { Color = color, StrokeThickness = 2 };
            interval.Points.AddRange([new(difference.Low, place), new(difference.High, place)]);
            var middle = new LineSeries { Color = color, MarkerType = MarkerType.Circle, MarkerSize = 4, MarkerFill = color };
            middle.Points.Add(new(difference.Mean, place));
            plot.Series.Add(interval);
            plot.Series.Add(middle);
        }
        return Drawing.Svg(plot, 120 + 36 * rows.Count);
    }

    private static void Add(PlotModel plot, IReadOnlyList<PlotLine> lines, double floor, bool marked)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            var series = new LineSeries
            {
                Title = Drawing.LegendRoom(lines[i].Title),
                Color = Drawing.Color(i),
                StrokeThickness = i < 2 ? 2.2 : 1.4,
                LineStyle = i == 0 ? LineStyle.Dash : LineStyle.Solid,
                MarkerType = marked ? Drawing.Marker(i) : MarkerType.None,
                MarkerFill = Drawing.Color(i),
                MarkerStroke = Drawing.Color(i),
                MarkerSize = 3,
            };
            series.Points.AddRange(lines[i].Points.Select(point => new DataPoint(point.X, Math.Max(floor, point.Y))));
            plot.Series.Add(series);
        }
        plot.Legends.Add(Drawing.Legend());
    }
}
