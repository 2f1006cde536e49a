using System.Collections.Immutable;

namespace Batchwise.Lab;

/// <summary>
/// Says what in a result cannot be. Results are read from files that anyone may have written, and their names become names of files: only
/// plain names are accepted, so that nothing outside a results folder is ever read, written or removed.
/// </summary>
static class ResultCheck
{
    private const int LongestName = 100;

    /// <summary>Whether a name is a plain one: up to 100 ASCII letters, digits, hyphens and underscores.</summary>
    /// <param name="name">The name.</param>
    public static bool IsPlain(string name) => name.Length is > 0 and <= LongestName && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');

    /// <summary>What in a result cannot be, as the end of a sentence; null if nothing.</summary>
    /// <param name="result">The result.</param>
    public static string? Fault(ExperimentResult result) =>
        Name("its name", result.Name)
        ?? (IsWhole(result.Seeds) && IsWhole(result.Figures) && IsWhole(result.Tables) && IsWhole(result.Refused) && IsWhole(result.Notes) ? null : "one of its lists is null or has an item that is null")
        ?? result.Figures.Select(figure => Name("the name of a figure", figure.Name)).FirstOrDefault(fault => fault is not null)
        ?? result.Tables.Select(Fault).FirstOrDefault(fault => fault is not null)
        ?? (result.Dataset is { Train: >= 0, Validation: >= 0, Test: >= 0 } ? null : "it counts fewer than no examples")
        ?? Impossible.Seconds("its runs", result.Seconds);

    private static string? Fault(TableResult table)
    {
        if (Name("the name of a table", table.Name) is { } fault)
            return fault;
        if (!IsWhole(table.Columns) || table.Rows.IsDefault || !table.Rows.All(IsWhole))
            return $"a list of the table '{table.Name}' is null or has an item that is null";
        return table.Rows.All(row => row.Length == table.Columns.Length) ? null : $"a row of the table '{table.Name}' has not one text for each of its {table.Columns.Length} columns";
    }

    private static string? Name(string what, string name) => IsPlain(name) ? null : $"{what} is no plain name of letters, digits and hyphens";

    private static bool IsWhole<T>(ImmutableArray<T> items) => !items.IsDefault && items.All(item => item is not null);
}
