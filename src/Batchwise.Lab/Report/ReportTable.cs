using System.Globalization;

namespace Batchwise.Lab;

/// <summary>A table of the report, which a script makes sortable.</summary>
static class ReportTable
{
    /// <summary>Writes a table.</summary>
    /// <param name="html">Where it goes.</param>
    /// <param name="table">The table.</param>
    /// <param name="id">An id that nothing else on the page has.</param>
    public static void Write(HtmlWriter html, TableResult table, string id)
    {
        html.Raw($"<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-labelledby=\"{id}-title\">\n<table id=\"{id}\" class=\"sortable\">\n<caption id=\"{id}-title\">").Text(table.Title).Raw("</caption>\n<thead>\n<tr>");
        foreach (var column in table.Columns)
            html.Raw(column.Numeric ? "<th scope=\"col\" class=\"number\">" : "<th scope=\"col\">").Text(column.Title).Raw("</th>");
        html.Raw("</tr>\n</thead>\n<tbody>\n");
        foreach (var row in table.Rows)
        {
            html.Raw("<tr>");
            for (var i = 0; i < table.Columns.Length; i++)
                Cell(html, table.Columns[i], i < row.Length ? row[i] : "");
            html.Raw("</tr>\n");
        }
        html.Raw("</tbody>\n</table>\n</div>\n");
        if (table.Note is not null)
            html.Raw("<p class=\"note\">").Linked(table.Note).Raw("</p>\n");
    }

    private static void Cell(HtmlWriter html, TableColumn column, string text)
    {
        if (!column.Numeric)
        {
            html.Raw("<td>").Text(text).Raw("</td>");
            return;
        }
        // The key is what the script sorts by; a cell without one comes last, whichever way it sorts.
        html.Raw("<td class=\"number\"");
        if (SortKey.Of(text) is { } key)
            html.Raw($" data-key=\"{key.ToString("R", CultureInfo.InvariantCulture)}\"");
        html.Raw(">").Text(text).Raw("</td>");
    }
}
