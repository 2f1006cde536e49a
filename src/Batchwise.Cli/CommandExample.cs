using System.CommandLine;

namespace Batchwise.Cli;

/// <summary>Writes the line that was probably meant where a group of commands was given options and no command.</summary>
static class CommandExample
{
    /// <param name="group">The group.</param>
    /// <param name="words">What was typed behind it.</param>
    /// <returns>A line with the usual command, those of the words that it takes, and a placeholder for each option that it requires.</returns>
    public static string Of(CommandGroup group, IReadOnlyList<string> words)
    {
        var command = group.Usual;
        var line = Path(command).ToList();
        var given = new HashSet<string>();
        var taken = false;
        foreach (var word in words)
        {
            // The value of an option that the command does not have goes with the option.
            if (word.StartsWith('-'))
                taken = command.Options.Any(option => option.Name == word.Split('=')[0]) && given.Add(word.Split('=')[0]);
            if (taken)
                line.Add(word.Any(char.IsWhiteSpace) ? $"\"{word}\"" : word);
        }
        foreach (var option in command.Options.Where(option => option.Required && !given.Contains(option.Name)))
            line.AddRange([option.Name, option.HelpName!]);
        return string.Join(' ', line);
    }

    private static IEnumerable<string> Path(Symbol symbol) =>
        symbol.Parents.OfType<Command>().FirstOrDefault() is { } parent ? Path(parent).Append(symbol.Name) : [symbol.Name];
}
