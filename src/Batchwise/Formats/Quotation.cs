using System.Text;

namespace Batchwise;

/// <summary>Text from a file that nobody vouches for, made fit for a message of one line.</summary>
internal static class Quotation
{
    private const int Longest = 60;

    /// <summary>The text in quotes: cut after 60 characters, control characters and broken surrogates as question marks.</summary>
    public static string Of(string text)
    {
        var quoted = new StringBuilder("'");
        foreach (var rune in text.AsSpan(0, Math.Min(text.Length, Longest)).EnumerateRunes())
            quoted.Append(Rune.IsControl(rune) || rune == Rune.ReplacementChar ? "?" : rune.ToString());
        return quoted.Append(text.Length > Longest ? "...'" : "'").ToString();
    }
}
