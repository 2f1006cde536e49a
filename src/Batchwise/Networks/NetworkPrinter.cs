using System.Globalization;
using System.Text;

namespace Batchwise;

/// <summary>Prints a network as a table.</summary>
static class NetworkPrinter
{
    public static string Print(Network network)
    {
        var rows = new List<string[]> { new[] { "layer", "inputs", "output", "parameters", "multiply-adds", "settings" } };
        foreach (var node in network.Nodes)
        {
            rows.Add(
            [
                network.NameOf(node),
                string.Join(' ', node.Inputs.Select(network.NameOf)),
                node.Shape.ToString(),
                Number(node.Parameters.Sum(spec => (long)spec.Shape.Size)),
                Number(node.Layer.MultiplyAdds(node.InputShapes)),
                node.Layer.Attributes.ToString(),
            ]);
        }
        rows.Add(["total", "", "", Number(network.ParameterCount), Number(network.MultiplyAdds), ""]);
        return Table(rows, numeric: [3, 4]);
    }

    /// <summary>Rows of cells as columns as wide as their widest cell, without trailing spaces.</summary>
    internal static string Table(IReadOnlyList<string[]> rows, params ReadOnlySpan<int> numeric)
    {
        var widths = new int[rows[0].Length];
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
                widths[i] = Math.Max(widths[i], row[i].Length);
        }
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            var line = new StringBuilder();
            for (var i = 0; i < row.Length; i++)
            {
                line.Append(numeric.Contains(i) ? row[i].PadLeft(widths[i]) : row[i].PadRight(widths[i]));
                line.Append("  ");
            }
            text.Append(line.ToString().TrimEnd()).Append('\n');
        }
        return text.ToString();
    }

    private static string Number(long value) => value == 0 ? "" : value.ToString("N0", CultureInfo.InvariantCulture);
}
