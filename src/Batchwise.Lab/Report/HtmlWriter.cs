using System.Text;
using System.Text.RegularExpressions;

namespace Batchwise.Lab;

/// <summary>Writes HTML: what comes from results goes through <see cref="Text"/> or <see cref="Linked"/> and can be no markup.</summary>
sealed partial class HtmlWriter
{
    private readonly StringBuilder _text = new();

    /// <summary>Appends markup, as it is.</summary>
    public HtmlWriter Raw(string markup)
    {
        _text.Append(markup);
        return this;
    }

    /// <summary>Appends text, escaped.</summary>
    public HtmlWriter Text(string text)
    {
        _text.Append(Escape(text));
        return this;
    }

    /// <summary>Appends text, escaped, in which addresses become links.</summary>
    public HtmlWriter Linked(string text)
    {
        var end = 0;
        foreach (Match match in Address().Matches(text))
        {
            Text(text[end..match.Index]).Raw($"<a href=\"{Escape(match.Value)}\" rel=\"noopener noreferrer\">").Text(match.Value).Raw("</a>");
            end = match.Index + match.Length;
        }
        return Text(text[end..]);
    }

    /// <summary>A text for between tags or within a quoted attribute; characters that HTML does not allow become a replacement.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            _ = character switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                '\'' => escaped.Append("&#39;"),
                '\n' or '\t' => escaped.Append(character),
                _ => escaped.Append(char.IsControl(character) ? '\uFFFD' : character),
            };
        }
        return escaped.ToString();
    }

    public override string ToString() => _text.ToString();

    // Without the punctuation that ends the sentence around it.
    [GeneratedRegex(@"https?://[A-Za-z0-9./_~:?=&%#+,;-]*[A-Za-z0-9/_=#-]", RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
