using System.Globalization;
using System.Text;

namespace Batchwise.Images;

/// <summary>Names of files and folders as messages show them: on one line, and not longer than a line.</summary>
static class ShownName
{
    private const int Longest = 200;

    /// <summary>Whether a name has a character that is no part of a line of text: a line break, an escape, another control character.</summary>
    public static bool IsText(string name) => !name.Any(IsControl);

    /// <summary>The name with such characters by their numbers, as \u000A.</summary>
    public static string Of(string name)
    {
        var shown = new StringBuilder();
        foreach (var letter in name.AsSpan(0, Math.Min(name.Length, Longest)))
            if (IsControl(letter))
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:X4}");
            else
                shown.Append(letter);
        return name.Length > Longest ? $"{shown}..." : shown.ToString();
    }

    private static bool IsControl(char letter) => char.GetUnicodeCategory(letter)
        is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
