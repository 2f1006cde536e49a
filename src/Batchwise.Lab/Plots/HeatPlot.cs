using System.Globalization;
using OxyPlot.Annotations;

namespace Batchwise.Lab;

/// <summary>Values over two axes of categories, as coloured cells with their numbers.</summary>
/// <param name="Title">The drawing's heading.</param>
/// <param name="X">What the columns are.</param>
/// <param name="Columns">The columns' labels from left to right.</param>
/// <param name="Y">What the rows are.</param>
/// <param name="Rows">The rows' labels from the bottom up.</param>
/// <param name="Values">[row, column]; not a number where there is none, which leaves the cell grey.</param>
sealed record HeatPlot(string Title, string X, IReadOnlyList<string> Columns, string Y, IReadOnlyList<string> Rows, double[,] Values)
{
    private const double CellFont = 12;

    /// <summary>How numbers are written.</summary>
    public string Format { get; init; } = "0.000";

    /// <summary>The value of the first colour, and of all below; null for the least.</summary>
    public double? Low { get; init; }

    /// <summary>The value of the last colour, and of all above; null for the greatest.</summary>
    public double? High { get; init; }

    /// <summary>What a cell without a number says: why there is none.</summary>
    public string Missing { get; init; } = "-";

    /// <summary>The drawing: an SVG document.</summary>
    /// <exception cref="ArgumentException">There is no cell, or the labels are not as many as the values.</exception>
    public string Svg()
    {
        if (Values.Length == 0 || Values.GetLength(0) != Rows.Count || Values.GetLength(1) != Columns.Count)
            throw new ArgumentException($"The plot '{Title}' has {Values.GetLength(0)} x {Values.GetLength(1)} values for {Rows.Count} rows and {Columns.Count} columns: give at least one of each, and a value per cell.");
        double[] finite = [.. Values.Cast<double>().Where(double.IsFinite)];
        var (low, high) = (Low ?? finite.DefaultIfEmpty(0).Min(), High ?? finite.DefaultIfEmpty(1).Max());
        var scale = new HeatScale(low, high);
        var frame = new PlotFrame(PlotScale.Categories(X, Columns, grid: false), PlotScale.Categories(Y, Rows, grid: false), 70 + 38 * Math.Clamp(Rows.Count, 3, 16));
        for (var row = 0; row < Rows.Count; row++)
        {
            for (var column = 0; column < Columns.Count; column++)
                frame.Model.Annotations.Add(Cell(row, column, scale, frame.PlotWidth / Columns.Count));
        }
        return PlotDocument.Write(Title, frame, [], new ScaleLegend(scale, Text(low), Text(high)));
    }

    private RectangleAnnotation Cell(int row, int column, HeatScale scale, double width)
    {
        var value = Values[row, column];
        var fill = double.IsFinite(value) ? scale.Color(value) : PlotColor.Empty.Oxy;
        var text = double.IsFinite(value) ? Text(value) : Missing;
        // Numbers that would run into each other are left to the table beside the figure.
        var fits = TextWidth.Of(text, CellFont) <= width;
        return new RectangleAnnotation
        {
            MinimumX = column - 0.5,
            MaximumX = column + 0.5,
            MinimumY = row - 0.5,
            MaximumY = row + 0.5,
            Fill = fill,
            Stroke = PlotColor.Paper.Oxy,
            StrokeThickness = 1.5,
            Text = fits ? text : "",
            FontSize = CellFont,
            TextColor = (double.IsFinite(value) ? HeatScale.TextOn(fill) : PlotColor.Muted).Oxy,
        };
    }

    private string Text(double value) => value.ToString(Format, CultureInfo.InvariantCulture);
}
