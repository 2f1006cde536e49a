using System.Globalization;
using System.Text;

namespace Batchwise;

/// <summary>Prints a network as a table.</summary>
static class NetworkPrinter
{
    // A list of all inputs of a large join would be longer than the rest of the network, and one wide cell widens every row.
    private const int MostNames = 5;
    private const int WidestCell = 250;
    private const string Cut = "...";

    public static string Print(Network network)
    {
        var rows = new List<string[]> { new[] { "layer", "inputs", "output", "parameters", "multiply-adds", "settings" } };
        foreach (var node in network.Nodes)
        {
            rows.Add(
            [
                network.NameOf(node),
                Names([.. node.Inputs.Select(network.NameOf)], separator: " "),
                node.Shape.ToString(),
                Number(node.Parameters.Sum(spec => (long)spec.Shape.Size)),
                Number(node.Layer.MultiplyAdds(node.InputShapes)),
                node.Layer.Attributes.ToString(),
            ]);
        }
        rows.Add(["total", "", "", Number(network.ParameterCount), Number(network.MultiplyAdds), ""]);
        return Table(rows, numeric: [3, 4]);
    }

    /// <summary>
    /// Rows of cells as columns as wide as their widest cell, without trailing spaces. Cells are cut at 250 characters, but those
    /// of the last column, which widen no row but their own.
    /// </summary>
    internal static string Table(IReadOnlyList<string[]> rows, params ReadOnlySpan<int> numeric)
    {
        var last = rows[0].Length - 1;
        var widths = new int[last];
        foreach (var row in rows)
        {
            for (var i = 0; i < last; i++)
                widths[i] = Math.Max(widths[i], Math.Min(row[i].Length, WidestCell));
        }
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            var line = new StringBuilder();
            for (var i = 0; i < last; i++)
            {
                var cell = row[i].Length <= WidestCell ? row[i] : row[i][..(WidestCell - Cut.Length)] + Cut;
                line.Append(numeric.Contains(i) ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
                line.Append("  ");
            }
            text.Append(line.Append(row[last]).ToString().TrimEnd()).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>Names in a cell: all of five, of more the first four and how many there are besides.</summary>
    internal static string Names(string[] names, string separator) => names.Length <= MostNames
        ? string.Join(separator, names)
        : string.Join(separator, names[..(MostNames - 1)])
            + string.Create(CultureInfo.InvariantCulture, $" and {names.Length - MostNames + 1:N0} more");

    private static string Number(long value) => value == 0 ? "" : value.ToString("N0", CultureInfo.InvariantCulture);
}
