namespace Batchwise.Lab;

/// <summary>How wide a text is drawn, on the safe side: a viewer may lack the font and take a wider one.</summary>
static class TextWidth
{
    /// <summary>An upper bound for usual fonts, in pixels.</summary>
    public static double Of(string text, double size) => size * text.Sum(character => character switch
    {
        'i' or 'l' or 'j' or 't' or 'f' or 'r' or 'I' or '.' or ',' or ':' or ';' or '|' or '\'' or '(' or ')' or '-' => 0.4,
        ' ' => 0.36,
        'm' or 'w' or 'M' or 'W' or '@' or '%' => 1.0,
        >= 'A' and <= 'Z' => 0.75,
        < (char)0x2000 => 0.62,
        _ => 1.0,
    });
}
