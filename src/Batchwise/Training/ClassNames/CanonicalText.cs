using System.Collections.Frozen;
using System.Text;

namespace Batchwise;

/// <summary>
/// Text in a form that is the same for texts that differ only in their Unicode form: e with an acute accent is one character (NFC) or two
/// (NFD). Own code, because <see cref="string.Normalize()"/> does nothing in programs without ICU (<c>InvariantGlobalization</c>).
/// </summary>
/// <remarks>
/// Characters are taken apart and marks are sorted by their combining class, as in NFD. Of marks with which no character is composed the class
/// is not known here, and they stay where they are: texts that differ in their place count as different.
/// </remarks>
static partial class CanonicalText
{
    // A Hangul syllable is composed by a formula: a leading consonant, a vowel, and a trailing consonant or none.
    private const int FirstSyllable = 0xAC00, Syllables = 11_172, FirstLead = 0x1100, FirstVowel = 0x1161, NoTrail = 0x11A7, Vowels = 21, Trails = 28;

    private static readonly FrozenDictionary<Rune, Rune[]> Parts = AllParts().ToFrozenDictionary(pair => pair.Composed, pair => pair.Parts);

    private static readonly FrozenDictionary<Rune, byte> Places = Marks.ToFrozenDictionary(mark => Rune.GetRuneAt(mark.Mark, 0), mark => mark.Place);

    /// <summary>The form that texts are compared in.</summary>
    public static string Of(string text)
    {
        if (Ascii.IsValid(text))
            return text;
        var runes = new List<Rune>(text.Length);
        foreach (var rune in text.EnumerateRunes())
            Append(runes, rune);
        SortMarks(runes);
        return string.Concat(runes);
    }

    private static void Append(List<Rune> runes, Rune rune)
    {
        if (rune.Value - FirstSyllable is >= 0 and < Syllables and var syllable)
        {
            runes.Add(new(FirstLead + syllable / (Vowels * Trails)));
            runes.Add(new(FirstVowel + syllable / Trails % Vowels));
            if (syllable % Trails > 0)
                runes.Add(new(NoTrail + syllable % Trails));
        }
        else if (Parts.TryGetValue(rune, out var parts))
        {
            foreach (var part in parts)
                Append(runes, part);
        }
        else
        {
            runes.Add(rune);
        }
    }

    // Marks of one place keep their order.
    private static void SortMarks(List<Rune> runes)
    {
        for (var i = 1; i < runes.Count; i++)
        {
            var (mark, place, to) = (runes[i], Places.GetValueOrDefault(runes[i]), i);
            for (; place > 0 && to > 0 && Places.GetValueOrDefault(runes[to - 1]) > place; to--)
                runes[to] = runes[to - 1];
            runes[to] = mark;
        }
    }

    private static IEnumerable<(Rune Composed, Rune[] Parts)> AllParts()
    {
        foreach (var (mark, _, pairs) in Marks)
            foreach (var pair in pairs.EnumerateRunes().Chunk(2))
                yield return (pair[1], [pair[0], Rune.GetRuneAt(mark, 0)]);
        foreach (var pair in Renumbered.EnumerateRunes().Chunk(2))
            yield return (pair[1], [pair[0]]);
    }
}
