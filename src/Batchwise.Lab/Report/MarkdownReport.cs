using System.Text;

namespace Batchwise.Lab;

/// <summary>A table with what has to be said beside it, as Markdown.</summary>
static class MarkdownReport
{
    /// <summary>The text.</summary>
    /// <param name="rows">The table; its first row is the heading, its first column has names, the others numbers.</param>
    /// <param name="notes">Sentences.</param>
    /// <param name="command">The command that made it.</param>
    public static string Of(IReadOnlyList<string[]> rows, IEnumerable<string> notes, string command)
    {
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');
        Line($"| {string.Join(" | ", rows[0])} |");
        Line($"|{string.Concat(rows[0].Select((_, i) => i == 0 ? "---|" : "--:|"))}");
        foreach (var row in rows.Skip(1))
            Line($"| {string.Join(" | ", row)} |");
        Line("");
        foreach (var note in notes)
            Line($"- {note}");
        Line("");
        Line($"    {command}");
        return text.ToString();
    }
}
