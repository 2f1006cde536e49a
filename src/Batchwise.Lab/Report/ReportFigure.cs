namespace Batchwise.Lab;

/// <summary>A figure of the report: the drawing within the page, its heading and its caption.</summary>
static class ReportFigure
{
    /// <summary>Writes a figure.</summary>
    /// <param name="html">Where it goes.</param>
    /// <param name="figure">The figure.</param>
    /// <param name="id">An id that nothing else on the page has.</param>
    public static void Write(HtmlWriter html, FigureResult figure, string id)
    {
        html.Raw($"<figure id=\"{id}\">\n<div class=\"scroll drawing\" tabindex=\"0\" role=\"group\" aria-labelledby=\"{id}-title\">\n");
        if (InlineSvg.TryRead(figure.Svg, $"{id}-", $"{id}-title", out var drawing, out var why))
            html.Raw(drawing);
        else
            html.Raw("<p>").Text($"The drawing cannot be shown: {why}.").Raw("</p>");
        html.Raw($"\n</div>\n<figcaption><strong id=\"{id}-title\">").Text(figure.Title.TrimEnd('.')).Raw(".</strong> ").Text(figure.Caption).Raw("</figcaption>\n</figure>\n");
    }
}
