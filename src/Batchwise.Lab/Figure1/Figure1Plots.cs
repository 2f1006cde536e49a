using System.Text;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace Batchwise.Lab;

/// <summary>Draws Figure 1 as SVG.</summary>
static class Figure1Plots
{
    private static readonly OxyColor Plain = OxyColor.FromRgb(0x20, 0x6A, 0xB8);
    private static readonly OxyColor Normalized = OxyColor.FromRgb(0xC8, 0x4A, 0x10);
    private static readonly OxyColor Faint = OxyColor.FromArgb(0x30, 0x80, 0x80, 0x80);

    /// <summary>Test accuracy over steps, both networks.</summary>
    public static string Accuracies(IReadOnlyList<VariantResult> variants, Figure1Data data)
    {
        var plot = Create("Test accuracy over training steps");
        plot.Axes.Add(Steps(variants.Max(variant => variant.Steps), Description(variants[0], data)));
        plot.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Left,
            Title = "test accuracy (moving averages)",
            Minimum = 0.7,
            Maximum = 1,
            AxisTitleDistance = 12,
            MajorGridlineStyle = LineStyle.Dot,
            MajorGridlineColor = Faint,
        });
        foreach (var variant in variants)
        {
            var series = new LineSeries
            {
                Title = variant.Name == "plain" ? "without" : LegendRoom("with batch norm"),
                Color = variant.Name == "plain" ? Plain : Normalized,
                StrokeThickness = 1.6,
                LineStyle = variant.Name == "plain" ? LineStyle.Dash : LineStyle.Solid,
            };
            series.Points.AddRange(variant.Moments.Select(moment => new DataPoint(moment.Step, moment.TestAccuracy)));
            plot.Series.Add(series);
        }
        plot.Legends.Add(new Legend { LegendPosition = LegendPosition.BottomRight, LegendPadding = 12, LegendFontSize = 12, LegendItemSpacing = 24 });
        return Svg(plot);
    }

    /// <summary>Percentiles of the input to one sigmoid of the last hidden layer, all others faint behind it.</summary>
    public static string Activations(VariantResult variant, Figure1Data data)
    {
        var batchNorm = variant.Name == "batch-norm";
        var plot = Create(
            $"Input to sigmoid {variant.Settings.Unit} of the last hidden layer, {(batchNorm ? "with" : "without")} batch normalization");
        plot.Axes.Add(Steps(variant.Steps, Description(variant, data) + (batchNorm ? "; moving averages" : "")));
        var (low, high) = Range(variant);
        plot.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Left,
            Title = "15th, 50th, 85th percentile",
            Minimum = low,
            Maximum = high,
            AxisTitleDistance = 12,
            MajorGridlineStyle = LineStyle.Dot,
            MajorGridlineColor = Faint,
        });
        var units = variant.Moments.Count == 0 ? 0 : variant.Moments[0].Percentiles.Length / 3;
        for (var unit = 0; unit < units; unit++)
        {
            if (unit != variant.Settings.Unit)
                Add(plot, variant, unit, percentile: 1, Faint, 0.5);
        }
        var color = batchNorm ? Normalized : Plain;
        for (var percentile = 0; percentile < 3 && units > 0; percentile++)
            Add(plot, variant, variant.Settings.Unit, percentile, color, percentile == 1 ? 2 : 1.2);
        return Svg(plot);
    }

    /// <summary>Validation accuracy over rate and deviation.</summary>
    public static string HeatMap(IReadOnlyList<StudyCell> cells, string variant, Figure1Data data)
    {
        double[] rates = [.. cells.Select(cell => (double)cell.Rate).Distinct().Order()];
        double[] deviations = [.. cells.Select(cell => cell.Deviation).Distinct().Order()];
        var values = new double[rates.Length, deviations.Length];
        for (var i = 0; i < rates.Length; i++)
        {
            for (var j = 0; j < deviations.Length; j++)
                values[i, j] = cells.FirstOrDefault(cell => cell.Rate == (float)rates[i] && cell.Deviation == deviations[j])?.ValidationAccuracy ?? double.NaN;
        }
        var plot = Create($"Validation accuracy, {variant}");
        plot.Axes.Add(Categories(AxisPosition.Bottom, FormattableString.Invariant($"learning rate ({data.Name}, {cells[0].Steps:N0} steps, seed {cells[0].Seed})"), rates, 12));
        plot.Axes.Add(Categories(AxisPosition.Left, "deviation of the initial weights", deviations, 30));
        plot.Axes.Add(new LinearColorAxis { Position = AxisPosition.Right, Palette = OxyPalettes.Viridis(64), Minimum = 0.9, Maximum = 1, LowColor = OxyColors.DimGray });
        plot.Series.Add(new HeatMapSeries
        {
            X0 = 0,
            X1 = rates.Length - 1,
            Y0 = 0,
            Y1 = deviations.Length - 1,
            Data = values,
            RenderMethod = HeatMapRenderMethod.Rectangles,
            LabelFontSize = 0.22,
            LabelFormatString = "0.000",
            Interpolate = false,
        });
        return Svg(plot);
    }

    /// <summary>A legend's text is clipped to its width as measured; a viewer's fallback font may be wider.</summary>
    private static string LegendRoom(string text) => text + new string('\u00A0', 8);

    private static CategoryAxis Categories(AxisPosition position, string title, double[] values, double distance)
    {
        var axis = new CategoryAxis { Position = position, Title = title, AxisTitleDistance = distance };
        axis.Labels.AddRange(values.Select(value => value.ToString("0.####", System.Globalization.CultureInfo.InvariantCulture)));
        return axis;
    }

    private static void Add(PlotModel plot, VariantResult variant, int unit, int percentile, OxyColor color, double thickness)
    {
        var series = new LineSeries { Color = color, StrokeThickness = thickness };
        series.Points.AddRange(variant.Moments.Select(moment => new DataPoint(moment.Step, moment.Percentiles[unit * 3 + percentile])));
        plot.Series.Add(series);
    }

    // The paper draws -2 to 2; wider where the unit leaves it.
    private static (double Low, double High) Range(VariantResult variant)
    {
        var unit = variant.Settings.Unit;
        var values = variant.Moments.SelectMany(moment => moment.Percentiles.Skip(unit * 3).Take(3)).DefaultIfEmpty().ToArray();
        return (Math.Min(-2, Math.Floor(values.Min())), Math.Max(2, Math.Ceiling(values.Max())));
    }

    private static string Description(VariantResult variant, Figure1Data data) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{data.Name}, batch {variant.Settings.Batch}, rate {variant.Settings.Rate:0.###}, deviation {variant.Settings.Deviation:0.###}, seed {variant.Settings.Seed}");

    private static LinearAxis Steps(long steps, string description) => new()
    {
        Position = AxisPosition.Bottom,
        Title = $"training steps ({description})",
        Minimum = 0,
        Maximum = Math.Max(1, steps),
        StringFormat = "#,0",
        AxisTitleDistance = 8,
    };

    private static PlotModel Create(string title) => new()
    {
        Title = title,
        TitleFontSize = 14,
        Background = OxyColors.White,
        TitlePadding = 14,
        // A font whose widths the exporter knows, so that what it measures is what a viewer shows.
        DefaultFont = "Arial",
        Padding = new OxyThickness(12, 8, 28, 12),
    };

    private static string Svg(PlotModel plot)
    {
        using var stream = new MemoryStream();
        new SvgExporter { Width = 720, Height = 420, UseVerticalTextAlignmentWorkaround = true }.Export(plot, stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
