using System.CommandLine;
using System.CommandLine.Parsing;

namespace Batchwise.Cli;

/// <summary>Says in one sentence what is wrong with a command line.</summary>
static class Misuse
{
    private const int MostSlips = 2;

    /// <param name="parsed">A command line with at least one error.</param>
    public static string Sentence(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var words = string.Join(' ', Words(parsed.CommandResult));
        string[] commands = [.. command.Subcommands.Select(sub => sub.Name)];
        // A word that is not understood comes first: what else is missing may be what it was meant to be.
        if (parsed.UnmatchedTokens is [var token, ..])
        {
            if (token.StartsWith('-'))
            {
                string[] options = [.. command.Options.Select(option => option.Name)];
                return command is CommandGroup group && Nearest(token, options) is null
                    ? $"'{words}' needs one of its commands before '{token}': {Choice(group, commands, parsed)}"
                    : Unknown("option", token.Split('=')[0], words, options);
            }
            return commands.Length > 0 ? Unknown("command", token, words, commands) : $"'{words}' does not know what to do with '{token}': leave it out, or see '{words} --help'.";
        }
        return command is CommandGroup incomplete
            ? $"'{words}' needs one of its commands: {Choice(incomplete, commands, parsed)}"
            : parsed.Errors[0].Message.ReplaceLineEndings(" ");
    }

    /// <summary>Words as they are listed in a sentence.</summary>
    /// <param name="words">At least one.</param>
    /// <param name="last">What joins the last one.</param>
    public static string List(IReadOnlyList<string> words, string last) =>
        words.Count == 1 ? words[0] : $"{string.Join(", ", words.SkipLast(1))} {last} {words[^1]}";

    private static string Unknown(string kind, string token, string words, string[] known)
    {
        if (known.Contains(token))
            return $"{token} stands in the wrong place: put it behind '{words}'.";
        return Nearest(token, known) is { } nearest
            ? $"'{words}' has no {kind} '{token}': did you mean {nearest}?"
            : $"'{words}' has no {kind} '{token}': choose from {List(known, "and")}.";
    }

    private static string Choice(CommandGroup group, string[] commands, ParseResult parsed) =>
        $"{List(commands, "or")}, as in '{CommandExample.Of(group, parsed.UnmatchedTokens)}'.";

    /// <summary>The word that was probably meant; null where none is near.</summary>
    private static string? Nearest(string token, string[] known) =>
        known.MinBy(word => Slips(token, word)) is { } nearest && Slips(token, nearest) <= MostSlips ? nearest : null;

    /// <summary>How many letters must be put in, left out or changed to make one word of the other.</summary>
    private static int Slips(string left, string right)
    {
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var current = new int[right.Length + 1];
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1));
            previous = current;
        }
        return previous[^1];
    }

    private static IEnumerable<string> Words(CommandResult result) =>
        (result.Parent is CommandResult parent ? Words(parent) : []).Append(result.Command.Name);
}
