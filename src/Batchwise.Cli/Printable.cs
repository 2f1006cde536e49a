using System.Globalization;
using System.Text;
using static System.FormattableString;

namespace Batchwise.Cli;

/// <summary>
/// Makes text fit to be printed. Names of classes, layers and files and the answers of servers come from elsewhere: what a terminal would
/// take for a command is shown as text, and what is too long is cut.
/// </summary>
static class Printable
{
    private const int LongestLine = 4_000;
    private const int LongestName = 100;

    // Those that join letters and emoji, and give the terminal no other order or look.
    private const int NonJoiner = 0x200C, Joiner = 0x200D;

    /// <summary>A text on one line: line breaks, control and format characters as \u001B; its middle left out above 4,000 characters.</summary>
    public static string Line(string text) => Shown(Cut(text, LongestLine));

    /// <summary>A text of several lines, each as <see cref="Line"/> makes it.</summary>
    public static string Lines(string text) => string.Join(Environment.NewLine, text.ReplaceLineEndings("\n").Split('\n').Select(Line));

    /// <summary>A name among others, or the cell of a table: as <see cref="Line"/>, but its middle left out above 100 characters.</summary>
    public static string Name(string text) => Shown(Cut(text, LongestName));

    // The end of a sentence says what to do, so both ends stay.
    private static string Cut(string text, int longest)
    {
        if (text.Length <= longest)
            return text;
        var end = longest / 4;
        return Invariant($"{text[..(longest - end)]} [{text.Length - longest:N0} characters] {text[^end..]}");
    }

    private static string Shown(string text)
    {
        if (text.EnumerateRunes().All(IsShown))
            return text;
        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsShown(rune))
                shown.Append(rune);
            else
                shown.Append(rune.IsBmp ? Invariant($"\\u{rune.Value:X4}") : Invariant($"\\U{rune.Value:X8}"));
        }
        return shown.ToString();
    }

    private static bool IsShown(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        // Among them those that turn the direction of writing.
        UnicodeCategory.Format => rune.Value is NonJoiner or Joiner,
        _ => true,
    };
}
