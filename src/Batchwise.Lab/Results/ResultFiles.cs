using System.Text;
using System.Text.Json;

namespace Batchwise.Lab;

/// <summary>Writes results into a folder and reads them back.</summary>
public static class ResultFiles
{
    /// <summary>Writes <c>NAME.json</c>, <c>NAME-TABLE.csv</c> and <c>NAME-FIGURE.svg</c>, each file whole or not at all.</summary>
    /// <param name="result">The result.</param>
    /// <param name="folder">The folder; it is made if it is not there.</param>
    /// <returns>The files' names.</returns>
    public static IReadOnlyList<string> Write(ExperimentResult result, string folder)
    {
        ArgumentNullException.ThrowIfNull(result);
        Directory.CreateDirectory(folder);
        var files = new List<string>();
        void Save(string name, string text)
        {
            AtomicFile.Write(Path.Combine(folder, name), stream => stream.Write(Encoding.UTF8.GetBytes(text)));
            files.Add(name);
        }
        foreach (var table in result.Tables)
            Save($"{result.Name}-{table.Name}.csv", Csv(table));
        foreach (var figure in result.Figures)
            Save($"{result.Name}-{figure.Name}.svg", figure.Svg);
        // Last: whoever finds the result finds what belongs to it.
        Save($"{result.Name}.json", JsonSerializer.Serialize(result, ResultJson.Readable.ExperimentResult) + "\n");
        return files;
    }

    /// <summary>Reads every result that lies in a folder, by name.</summary>
    /// <exception cref="InvalidDataException">A file ends in .json and holds no result.</exception>
    public static IReadOnlyList<ExperimentResult> ReadAll(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(Read)];

    /// <summary>Reads one result.</summary>
    /// <exception cref="InvalidDataException">The file holds no result.</exception>
    public static ExperimentResult Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), ResultJson.Readable.ExperimentResult) ?? throw NoResult(path, "it is null");
        }
        catch (JsonException error)
        {
            throw NoResult(path, error.Message);
        }
    }

    /// <summary>A table as comma-separated values, quoted where they must be.</summary>
    public static string Csv(TableResult table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var text = new StringBuilder();
        text.AppendJoin(',', table.Columns.Select(column => Field(column.Title))).Append('\n');
        foreach (var row in table.Rows)
            text.AppendJoin(',', row.Select(Field)).Append('\n');
        return text.ToString();
    }

    private static string Field(string text) => text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static InvalidDataException NoResult(string path, string why) =>
        new($"'{path}' holds no result of an experiment ({why}): remove it from the folder, or choose another folder.");
}
