using System.CommandLine;

namespace Batchwise.Cli;

/// <summary>Options that take one of a few words.</summary>
static class ChoiceOption
{
    /// <param name="name">The option.</param>
    /// <param name="description">For its help.</param>
    /// <param name="choices">The words and what each stands for.</param>
    /// <returns>An option of what a word stands for; where it is left out, the default of that type.</returns>
    public static Option<T> Create<T>(string name, string description, params (string Word, T Value)[] choices) => new(name)
    {
        Description = description,
        HelpName = string.Join('|', choices.Select(choice => choice.Word)),
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            foreach (var (word, value) in choices)
            {
                if (word.Equals(text, StringComparison.OrdinalIgnoreCase))
                    return value;
            }
            result.AddError($"{name} takes {Misuse.List([.. choices.Select(choice => choice.Word)], "or")}, not '{text}'.");
            return default;
        },
    };
}
