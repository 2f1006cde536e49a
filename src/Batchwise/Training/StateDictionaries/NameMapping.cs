using System.Collections.Immutable;
using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// Rules that turn names of one kind into names of another, a line each: <c>convolution1.* -> conv1.*</c>. A star stands for any
/// text, and the stars on the right repeat those on the left. The first rule that fits is taken; a name that none fits stays as it is.
/// </summary>
public sealed class NameMapping
{
    private const string Arrow = "->";
    private const char Star = '*';

    private readonly ImmutableArray<(string[] From, string[] To)> rules;

    private NameMapping(ImmutableArray<(string[] From, string[] To)> rules) => this.rules = rules;

    /// <summary>Reads rules; empty lines and lines that begin with # are passed over.</summary>
    /// <param name="text">The rules.</param>
    /// <exception cref="FormatException">A line is no rule; the message gives its number.</exception>
    public static NameMapping Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var rules = ImmutableArray.CreateBuilder<(string[], string[])>();
        var number = 0;
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
                continue;
            var sides = line.Split(Arrow);
            if (sides.Length != 2 || sides.Any(side => side.Trim().Length == 0))
                throw new FormatException(Invariant($"line {number} is no rule: expected NAME {Arrow} OTHER, as in convolution1.* {Arrow} conv1.*"));
            var (from, to) = (sides[0].Trim().Split(Star), sides[1].Trim().Split(Star));
            if (to.Length > from.Length)
                throw new FormatException(Invariant($"line {number} has more stars on the right than on the left"));
            rules.Add((from, to));
        }
        return new(rules.ToImmutable());
    }

    /// <summary>A name by the first rule that fits it.</summary>
    /// <param name="name">The name.</param>
    public string Map(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach (var (from, to) in rules)
        {
            if (Match(name, from) is { } stars)
                return string.Concat(to.Select((part, i) => i == 0 ? part : stars[i - 1] + part));
        }
        return name;
    }

    /// <summary>What the stars stand for; null where the pattern does not fit. Each takes as little as it can, the last what is left.</summary>
    private static string[]? Match(string name, string[] pattern)
    {
        if (!name.StartsWith(pattern[0], StringComparison.Ordinal))
            return null;
        if (pattern.Length == 1)
            return name.Length == pattern[0].Length ? [] : null;
        var stars = new string[pattern.Length - 1];
        var place = pattern[0].Length;
        for (var i = 1; i < pattern.Length; i++)
        {
            var isLast = i == pattern.Length - 1;
            var next = isLast
                ? (name.Length - pattern[i].Length >= place && name.EndsWith(pattern[i], StringComparison.Ordinal) ? name.Length - pattern[i].Length : -1)
                : name.IndexOf(pattern[i], place, StringComparison.Ordinal);
            if (next < 0)
                return null;
            stars[i - 1] = name[place..next];
            place = next + pattern[i].Length;
        }
        return stars;
    }
}
