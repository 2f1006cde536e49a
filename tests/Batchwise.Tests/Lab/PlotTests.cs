using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Batchwise.Lab;

namespace Batchwise.Tests.Lab;

/// <summary>Plots as SVG: what is in them, and that they fit any page.</summary>
public partial class PlotTests
{
    private static readonly XNamespace Ns = "http://www.w3.org/2000/svg";

    public static TheoryData<string> Plots => ["line", "bands", "dots", "bars", "heat"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(20)]
    public void A_line_plot_has_a_line_and_a_name_for_every_series(int series)
    {
        var svg = XElement.Parse(LabSamples.Line(series));
        // The lines are those two pixels wide; several of one colour differ in their dashes.
        var lines = Plot(svg).Descendants(Ns + "path").Where(path => (string?)path.Attribute("stroke-width") == "2")
            .Select(path => $"{(string?)path.Attribute("class")} {(string?)path.Attribute("stroke-dasharray")}").Distinct();
        Assert.Equal(series, lines.Count());
        var names = Entries(svg);
        Assert.Equal([.. Enumerable.Range(0, series).Select(i => $"series <{i}>"), "diverged", "not reached: lies beyond"], names);
    }

    // The lines' highest values, and whether the axis begins at the floor of 0.85.
    [Theory]
    [InlineData(new[] { 0.97, 0.98 }, true)]
    [InlineData(new[] { 0.97, 0.3 }, true)]
    [InlineData(new[] { 0.86, 0.3, 0.2 }, false)]
    [InlineData(new[] { 0.3, 0.2 }, false)]
    [InlineData(new[] { 0.1 }, false)]
    public void An_axis_of_accuracies_begins_at_its_floor_only_where_lines_rise_over_it(double[] highest, bool atFloor)
    {
        PlotLine[] lines = [.. highest.Select((high, i) => new PlotLine($"line {i}", [(1, 0.1), (2, high)]))];
        Assert.Equal(atFloor ? " What is below 0.85 lies at the edge." : "", LabPlots.EdgeNote(lines, 0.85));
        foreach (var drawing in new[] { LabPlots.OverRates("t", "rate", lines, 0.85), LabPlots.OverSteps("t", "steps", lines, 0.85) })
        {
            var svg = XElement.Parse(drawing);
            // A line that rises is not drawn as a flat one at the edge, but where the others are told apart above the floor.
            var heights = Plot(svg).Descendants(Ns + "path").Where(path => (string?)path.Attribute("stroke-width") == "2")
                .Select(path => path.Attribute("d")!.Value.TrimStart('M').Split(' ').Select(point => point.Split(',')[1]).Distinct().Count()).ToArray();
            Assert.Equal(highest.Select(high => high > (atFloor ? 0.85 : 0.1) ? 2 : 1), heights);
        }
    }

    [Fact]
    public void Twenty_four_series_look_different()
    {
        var styles = Enumerable.Range(0, 24).Select(i => new SeriesStyle(i)).ToList();
        Assert.Equal(24, styles.Select(style => (style.Color, style.Dash is null ? "" : string.Join(',', style.Dash), style.Hollow)).Distinct().Count());
        Assert.Equal(8, styles.Select(style => style.Color).Distinct().Count());
        Assert.Equal(8, styles.Take(8).Select(style => style.Outline.Count + style.Outline[0].Y).Distinct().Count());
    }

    [Fact]
    public void Colours_contrast_with_light_and_dark_paper()
    {
        foreach (var color in PlotColor.Series)
        {
            Assert.True(Contrast(color.Light, PlotColor.Paper.Light) >= 3, $"{color} on light paper");
            Assert.True(Contrast(color.Dark, PlotColor.Paper.Dark) >= 4.4, $"{color} on dark paper");
        }
        foreach (var text in new[] { PlotColor.Ink, PlotColor.Muted })
        {
            Assert.True(Contrast(text.Light, PlotColor.Paper.Light) >= 4.5, $"{text} on light paper");
            Assert.True(Contrast(text.Dark, PlotColor.Paper.Dark) >= 4.5, $"{text} on dark paper");
        }
    }

    [Fact]
    public void A_value_that_is_none_leaves_a_gap()
    {
        var line = Plot(XElement.Parse(LabSamples.Line(1))).Descendants(Ns + "path").Single(path => (string?)path.Attribute("stroke-width") == "2");
        // Two points before the gap; two behind it, where the run that diverged ends the line; one alone.
        Assert.Equal([2, 2, 1], line.Attribute("d")!.Value.Split('M', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split(' ').Distinct().Count()));
    }

    [Theory]
    [MemberData(nameof(Plots))]
    public void Colours_are_classes_that_the_style_sheet_gives_light_and_dark(string plot)
    {
        var svg = XElement.Parse(Draw(plot));
        var name = (string?)svg.Attribute("class");
        Assert.Matches("^p[0-9a-f]{10}$", name);
        foreach (var attribute in svg.Descendants().Attributes().Where(attribute => attribute.Name.LocalName is "fill" or "stroke" or "style"))
            Assert.DoesNotMatch("(?i)black|white|#|rgb\\((0,0,0|255,255,255)\\)", attribute.Value);
        var styles = svg.Element(Ns + "style")!.Value;
        var parts = styles.Split(SvgColors.DarkMedia);
        Assert.Equal(2, parts.Length);
        foreach (var used in svg.Descendants().Attributes("class").SelectMany(attribute => attribute.Value.Split(' ')).Distinct().Where(used => used.StartsWith("f-", StringComparison.Ordinal) || used.StartsWith("t-", StringComparison.Ordinal)))
        {
            Assert.Contains($".{name} .{used}{{", parts[0], StringComparison.Ordinal);
            if (used != "f-none")
                Assert.Contains($".{name} .{used}{{", parts[1], StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Plots))]
    public void Nothing_but_squeezed_text_leaves_the_drawing(string plot)
    {
        var svg = XElement.Parse(Draw(plot));
        double[] box = [.. svg.Attribute("viewBox")!.Value.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];
        Assert.Equal(720, box[2]);
        foreach (var path in svg.Descendants(Ns + "path"))
        {
            foreach (Match point in Points().Matches(path.Attribute("d")!.Value))
            {
                Assert.InRange(double.Parse(point.Groups[1].Value, CultureInfo.InvariantCulture), 0, 720);
                Assert.InRange(double.Parse(point.Groups[2].Value, CultureInfo.InvariantCulture), box[1], box[1] + box[3]);
            }
        }
        foreach (var text in svg.Descendants(Ns + "text"))
            Assert.True((double?)text.Attribute("font-size") >= 11, text.ToString());
    }

    [Fact]
    public void A_long_name_is_squeezed_and_a_long_category_shortened()
    {
        var name = string.Concat(Enumerable.Repeat("wide name ", 30));
        var line = XElement.Parse(new LinePlot(name, new PlotAxis(name), new PlotAxis(name), [new PlotSeries(name, [new(1, 1), new(2, 2)])]).Svg());
        var squeezed = line.Descendants(Ns + "text").Where(text => text.Value == name).ToList();
        Assert.Equal(4, squeezed.Count);
        Assert.All(squeezed, text => Assert.True((double?)text.Attribute("textLength") <= 720));
        var category = new CategoryPlot("t", new PlotAxis("v"), [name], [new CategorySeries("s", [new(1)])]).Svg();
        var label = Assert.Single(XElement.Parse(category).Descendants(Ns + "text"), text => text.Value.StartsWith("wide", StringComparison.Ordinal)).Value;
        Assert.EndsWith("\u2026", label, StringComparison.Ordinal);
        Assert.InRange(label.Length, 20, 50);
    }

    [Fact]
    public void A_drawing_is_the_same_each_time_and_named_for_what_it_shows()
    {
        Assert.Equal(LabSamples.Line(3), LabSamples.Line(3));
        Assert.NotEqual((string?)XElement.Parse(LabSamples.Line(3)).Attribute("class"), (string?)XElement.Parse(LabSamples.Line(4)).Attribute("class"));
    }

    [Theory]
    [InlineData(0.001, 1.0, "0.001 0.01 0.1 1")]
    [InlineData(0.5, 8, "0.5 1 2 5")]
    [InlineData(1e-7, 1e-5, "1e-7 2e-7 5e-7 1e-6 2e-6 5e-6 1e-5")]
    public void Powers_of_ten_are_labelled(double low, double high, string expected) => Assert.Equal(expected, Labels(PlotTicks.Logarithmic(10, Math.Log10(low), Math.Log10(high), null)));

    [Theory]
    [InlineData(1, 64, "1 2 4 8 16 32 64")]
    [InlineData(0.125, 2, "0.125 0.25 0.5 1 2")]
    public void Powers_of_two_are_labelled(double low, double high, string expected) => Assert.Equal(expected, Labels(PlotTicks.Logarithmic(2, Math.Log2(low), Math.Log2(high), null)));

    [Theory]
    [InlineData(0.94, 0.98, "0.940 0.945 0.950 0.955 0.960 0.965 0.970 0.975 0.980")]
    [InlineData(-1, 1, "-1.0 -0.5 0.0 0.5 1.0")]
    [InlineData(0, 5000, "0 1,000 2,000 3,000 4,000 5,000")]
    public void Linear_axes_are_labelled_with_digits_enough(double low, double high, string expected) => Assert.Equal(expected, Labels(PlotTicks.Linear(low, high, null)));

    [Fact]
    public void A_heat_map_says_its_numbers_and_why_one_is_missing()
    {
        var texts = XElement.Parse(LabSamples.Heat()).Descendants(Ns + "text").Select(text => text.Value).ToList();
        foreach (var text in new[] { "0.900", "0.950", "0.910", "0.990", "0.500", "div.", "rate", "deviation" })
            Assert.Contains(text, texts);
    }

    [Fact]
    public void Plots_of_nothing_are_refused()
    {
        Assert.Contains("no series", Assert.Throws<ArgumentException>(() => new LinePlot("t", new PlotAxis("x"), new PlotAxis("y"), []).Svg()).Message, StringComparison.Ordinal);
        Assert.Contains("1 values for 2 categories", Assert.Throws<ArgumentException>(
            () => new CategoryPlot("t", new PlotAxis("v"), ["a", "b"], [new CategorySeries("s", [new(1)])]).Svg()).Message, StringComparison.Ordinal);
        Assert.Contains("1 x 1 values for 1 rows and 2 columns", Assert.Throws<ArgumentException>(
            () => new HeatPlot("t", "x", ["a", "b"], "y", ["c"], new double[1, 1]).Svg()).Message, StringComparison.Ordinal);
        // Values of which none has a place are a plot all the same, with empty axes.
        Assert.NotNull(XElement.Parse(new LinePlot("t", new PlotAxis("x") { LogBase = 2 }, new PlotAxis("y"), [new PlotSeries("s", [new(0, double.NaN)])]).Svg()));
    }

    private static string Draw(string plot) => plot switch
    {
        "line" => LabSamples.Line(20),
        "bands" => LabSamples.Line(3, bands: true),
        "dots" => LabSamples.Category(bars: false),
        "bars" => LabSamples.Category(bars: true),
        _ => LabSamples.Heat(),
    };

    // The groups with a clip path; the legend has none.
    private static XElement Plot(XElement svg) => new("plot", svg.Elements(Ns + "g").Where(group => group.Attribute("clip-path") is not null));

    private static IEnumerable<string> Entries(XElement svg) => svg.Elements(Ns + "g").Where(group => (string?)group.Attribute("class") == "entry").Select(group => group.Value);

    private static string Labels((double[] Major, double[] Minor, Func<double, string> Text) ticks) => string.Join(' ', ticks.Major.Select(ticks.Text));

    private static double Contrast(string a, string b)
    {
        double[] luminances = [Luminance(a), Luminance(b)];
        return (luminances.Max() + 0.05) / (luminances.Min() + 0.05);
    }

    private static double Luminance(string color)
    {
        double[] linear = [.. new[] { 1, 3, 5 }
            .Select(at => int.Parse(color.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
            .Select(channel => channel <= 0.04045 ? channel / 12.92 : Math.Pow((channel + 0.055) / 1.055, 2.4))];
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    }

    [GeneratedRegex(@"(-?[\d.]+),(-?[\d.]+)")]
    private static partial Regex Points();
}
