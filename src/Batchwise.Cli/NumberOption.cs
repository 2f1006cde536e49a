using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using static System.FormattableString;

namespace Batchwise.Cli;

/// <summary>
/// Options that take a number. One way of reading them all, whatever the machine's language: a point before decimals, nothing between
/// thousands. The library's own would read 0,5 as 5.
/// </summary>
static class NumberOption
{
    /// <summary>More steps than anyone waits for, and few enough that products of them are no overflow.</summary>
    public const int MostSteps = 1_000_000_000;

    /// <summary>A whole number with a default.</summary>
    public static Option<T> Whole<T>(string name, string description, T standard, T least, T most)
        where T : struct, IBinaryInteger<T> => Real(name, description, "N", standard, Between(least, most), value => value >= least && value <= most);

    /// <summary>A whole number that may be left out; the description says what then.</summary>
    public static Option<T?> Whole<T>(string name, string description, T least, T most)
        where T : struct, IBinaryInteger<T> => Real<T>(name, description, "N", Between(least, most), value => value >= least && value <= most);

    /// <summary>A learning rate.</summary>
    public static Option<float> Rate(string description, float standard) =>
        Real("--lr", description, "RATE", standard, "a number above 0 such as 0.5", rate => rate > 0 && float.IsFinite(rate));

    /// <summary>A number with a default.</summary>
    /// <param name="name">The option.</param>
    /// <param name="description">For its help.</param>
    /// <param name="helpName">What stands for the value there.</param>
    /// <param name="standard">The default.</param>
    /// <param name="takes">Which numbers it takes, for the refusal of others.</param>
    /// <param name="holds">Whether it takes one.</param>
    public static Option<T> Real<T>(string name, string description, string helpName, T standard, string takes, Func<T, bool> holds)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = helpName,
            DefaultValueFactory = _ => standard,
            CustomParser = result => Read(result, name, takes, holds),
        };

    /// <summary>A number that may be left out.</summary>
    public static Option<T?> Real<T>(string name, string description, string helpName, string takes, Func<T, bool> holds)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result => Read(result, name, takes, holds),
        };

    private static string Between<T>(T least, T most)
        where T : IFormattable => Invariant($"a whole number from {least} to {most}");

    private static T Read<T>(ArgumentResult result, string name, string takes, Func<T, bool> holds)
        where T : struct, INumber<T>
    {
        var text = result.Tokens[0].Value;
        if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && holds(value))
            return value;
        result.AddError($"{name} takes {takes}, not '{text}'.");
        return default;
    }
}
