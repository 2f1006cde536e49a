using System.Globalization;
using System.Text.RegularExpressions;

namespace Batchwise.Lab;

/// <summary>The number by which a cell's text is sorted.</summary>
static partial class SortKey
{
    /// <summary>
    /// The first number of a text such as "0.9731 ± 0.0012", "5,000", "3 of 5" or "1e-3"; just above it for "> 5,000", just below
    /// for "&lt; 0.01"; null for a text that begins with none, such as "-" or "diverged".
    /// </summary>
    public static double? Of(string text)
    {
        var match = Number().Match(text);
        if (!match.Success)
            return null;
        var digits = Separators().Replace(match.Groups["number"].Value, "").Replace('\u2212', '-');
        if (!double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
            return null;
        return match.Groups["sign"].Value switch
        {
            ">" or "\u2265" => double.BitIncrement(value),
            "<" or "\u2264" => double.BitDecrement(value),
            _ => value,
        };
    }

    [GeneratedRegex(@"^\s*(?<sign>[<>\u2264\u2265~\u2248\u00B1]?)\s*(?<number>[-+\u2212]?(?:\d{1,3}(?:[,\u00A0\u2009\u202F]\d{3})+|\d+)?(?:\.\d+)?(?:[eE][-+\u2212]?\d+)?)(?<=\d)", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"[,\u00A0\u2009\u202F]", RegexOptions.CultureInvariant)]
    private static partial Regex Separators();
}
