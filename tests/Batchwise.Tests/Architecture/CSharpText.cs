namespace Batchwise.Tests.Architecture;

/// <summary>
/// Blanks what is not code in a C# source: comments, documentation, preprocessor lines and the text of literals. Quotes,
/// line ends and the expressions inside interpolated strings stay, so every token keeps its line.
/// </summary>
internal sealed class CSharpText
{
    private readonly string text;
    private readonly char[] code;
    private int at;

    private CSharpText(string text)
    {
        this.text = text;
        code = text.ToCharArray();
    }

    public static string CodeOf(string text)
    {
        var reader = new CSharpText(text);
        reader.Code(insideHole: false);
        return new string(reader.code);
    }

    private char Here => Ahead(0);

    private char Ahead(int offset) => at + offset < text.Length ? text[at + offset] : '\0';

    private void Code(bool insideHole)
    {
        var depth = 0;
        while (at < text.Length)
        {
            if (Here == '/' && Ahead(1) == '/' || Here == '#' && OnlySpacesBefore())
                BlankWhile(() => Here != '\n');
            else if (Here == '/' && Ahead(1) == '*')
                BlankComment();
            else if (Here == '\'')
                Literal(closing: 1, verbatim: false, holes: 0);
            else if (Here is '"' or '$' or '@' && StartsString(out var dollars, out var verbatim, out var quotes))
                Literal(quotes, verbatim, dollars);
            else if (insideHole && depth == 0 && Here == '}')
                return;
            else
            {
                depth += Here switch { '{' => 1, '}' => -1, _ => 0 };
                at++;
            }
        }
    }

    private bool OnlySpacesBefore()
    {
        var before = at - 1;
        while (before >= 0 && text[before] is ' ' or '\t')
            before--;
        return before < 0 || text[before] is '\n' or '\uFEFF';
    }

    // Leaves the position at the first quote and blanks nothing; false for an @identifier.
    private bool StartsString(out int dollars, out bool verbatim, out int quotes)
    {
        dollars = quotes = 0;
        verbatim = false;
        var offset = 0;
        for (; Ahead(offset) is '$' or '@'; offset++)
        {
            dollars += Ahead(offset) == '$' ? 1 : 0;
            verbatim |= Ahead(offset) == '@';
        }
        while (Ahead(offset + quotes) == '"')
            quotes++;
        if (quotes == 0)
            return false;
        quotes = quotes < 3 || verbatim ? 1 : quotes;
        at += offset;
        return true;
    }

    private void Literal(int closing, bool verbatim, int holes)
    {
        var quote = Here;
        var raw = closing >= 3;
        at += closing;
        while (at < text.Length)
        {
            if (Here == quote && verbatim && Ahead(1) == quote)
                Blank(2);
            else if (Here == quote && Run(quote) >= closing)
            {
                // A raw string may end in quotes of its own: the last ones close it.
                at += raw ? Run(quote) : 1;
                return;
            }
            else if (Here == '\n' && !raw && !verbatim)
                return;
            else if (Here == '\\' && !raw && !verbatim)
                Blank(2);
            else if (Here == '{' && holes > 0 && !raw && Ahead(1) == '{')
                Blank(2);
            else if (Here == '{' && holes > 0 && Run('{') >= holes)
            {
                at += Run('{');
                Code(insideHole: true);
                at += Math.Min(Run('}'), holes);
            }
            else
                Blank(1);
        }
    }

    private int Run(char wanted)
    {
        var length = 0;
        while (Ahead(length) == wanted)
            length++;
        return length;
    }

    private void BlankComment()
    {
        Blank(2);
        BlankWhile(() => !(Here == '*' && Ahead(1) == '/'));
        Blank(2);
    }

    private void BlankWhile(Func<bool> inside)
    {
        while (at < text.Length && inside())
            Blank(1);
    }

    private void Blank(int count)
    {
        for (; count > 0 && at < text.Length; count--, at++)
            if (text[at] != '\n')
                code[at] = ' ';
    }
}
