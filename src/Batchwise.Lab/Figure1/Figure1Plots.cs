using System.Text;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Batchwise.Lab;

/// <summary>Draws Figure 1 as SVG.</summary>
static class Figure1Plots
{
    private static readonly OxyColor Plain = OxyColor.FromRgb(0x20, 0x6A, 0xB8);
    private static readonly OxyColor Normalized = OxyColor.FromRgb(0xC8, 0x4A, 0x10);
    // The widths that the exporter knows and measures by, and what a viewer without it takes instead.
    private const string Font = "Arial";
    private const string Fonts = "Arial, Helvetica, sans-serif";

    // Where the axes of accuracies begin as long as the values lie there: the paper's figure, and the study's colours.
    private const double LowestAccuracy = 0.7;
    private const double LowestColor = 0.9;

    private static readonly OxyColor Faint = OxyColor.FromArgb(0x30, 0x80, 0x80, 0x80);

    /// <summary>Test accuracy over steps, both networks.</summary>
    public static string Accuracies(IReadOnlyList<VariantResult> variants, string dataset)
    {
        // The paper's axis shows the end of every curve, or it is not the axis for these curves.
        var low = variants.All(variant => !(variant.LastOfCurve < LowestAccuracy)) ? LowestAccuracy : Tenth(variants.SelectMany(variant => variant.Moments).Min(moment => moment.TestAccuracy));
        var plot = Create("Test accuracy over training steps");
        plot.Axes.Add(Steps(variants.Max(variant => variant.Steps), Description(variants[0], dataset)));
        plot.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Left,
            Title = "test accuracy (moving averages)",
            Minimum = low,
            Maximum = 1,
            AxisTitleDistance = 12,
            MajorGridlineStyle = LineStyle.Dot,
            MajorGridlineColor = Faint,
        });
        foreach (var variant in variants)
        {
            var series = new LineSeries
            {
                Color = ColorOf(variant),
                StrokeThickness = 1.6,
                LineStyle = variant.Name == "plain" ? LineStyle.Dash : LineStyle.Solid,
            };
            series.Points.AddRange(variant.Moments.Select(moment => new DataPoint(moment.Step, moment.TestAccuracy)));
            plot.Series.Add(series);
        }
        var order = variants.OrderBy(variant => variant.LastOfCurve).ToList();
        foreach (var variant in order)
            plot.Annotations.Add(Label(variant, low, above: variant == order[^1]));
        return Svg(plot);
    }

    /// <summary>Percentiles of the input to one sigmoid of the last hidden layer, all others faint behind it.</summary>
    public static string Activations(VariantResult variant, string dataset)
    {
        var batchNorm = variant.Name == "batch-norm";
        var plot = Create(
            $"Input to sigmoid {variant.Settings.Unit} of the last hidden layer, {(batchNorm ? "with" : "without")} batch normalization");
        plot.Axes.Add(Steps(variant.Steps, Description(variant, dataset) + (batchNorm ? "; moving averages" : "")));
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
    public static string HeatMap(IReadOnlyList<StudyCell> cells, string variant, string dataset)
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
        plot.Axes.Add(Categories(AxisPosition.Bottom, FormattableString.Invariant($"learning rate ({dataset}, {cells[0].Steps:N0} steps, seed {cells[0].Seed})"), rates, 12));
        plot.Axes.Add(Categories(AxisPosition.Left, "deviation of the initial weights", deviations, 30));
        var (low, high) = (LowestColor, 1.0);
        if (cells.Max(cell => cell.ValidationAccuracy) is var best && best < LowestColor)
            (low, high) = (Tenth(cells.Min(cell => cell.ValidationAccuracy)), Tenth(best) + 0.1);
        plot.Axes.Add(new LinearColorAxis { Position = AxisPosition.Right, Palette = OxyPalettes.Viridis(64), Minimum = low, Maximum = high, LowColor = OxyColors.DimGray });
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

    // A name at its curve, not in a legend: a legend clips its text to the width it has in the exporter's font. It ends
    // where the curve ends, over or under the last third of it, and inside the axes even where the curve is not.
    private static TextAnnotation Label(VariantResult variant, double low, bool above)
    {
        var end = variant.Moments.Skip(variant.Moments.Count * 2 / 3).Select(moment => moment.TestAccuracy).DefaultIfEmpty(low).ToArray();
        return new TextAnnotation
        {
            Text = variant.Name == "plain" ? "without" : "with batch normalization",
            TextPosition = new DataPoint(variant.Steps, Math.Clamp(above ? end.Max() : end.Min(), low + 0.03, 0.98)),
            TextHorizontalAlignment = HorizontalAlignment.Right,
            TextVerticalAlignment = above ? VerticalAlignment.Bottom : VerticalAlignment.Top,
            Offset = new ScreenVector(-8, above ? -3 : 5),
            TextColor = ColorOf(variant),
            FontSize = 13,
            FontWeight = FontWeights.Bold,
            Stroke = OxyColors.Undefined,
        };
    }

    private static double Tenth(double value) => Math.Floor(value * 10) / 10;

    private static OxyColor ColorOf(VariantResult variant) => variant.Name == "plain" ? Plain : Normalized;

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

    private static string Description(VariantResult variant, string dataset) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{dataset}, batch {variant.Settings.Batch}, rate {variant.Settings.Rate:0.###}, deviation {variant.Settings.Deviation:0.###}, seed {variant.Settings.Seed}");

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
        DefaultFont = Font,
        Padding = new OxyThickness(12, 8, 28, 12),
    };

    private static string Svg(PlotModel plot)
    {
        using var stream = new MemoryStream();
        new SvgExporter { Width = 720, Height = 420, UseVerticalTextAlignmentWorkaround = true }.Export(plot, stream);
        return Encoding.UTF8.GetString(stream.ToArray()).TrimStart('\uFEFF').Replace($"font-family=\"{Font}\"", $"font-family=\"{Fonts}\"", StringComparison.Ordinal);
    }
}
