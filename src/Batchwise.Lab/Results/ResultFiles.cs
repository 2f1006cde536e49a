using System.Text;
using System.Text.Json;

namespace Batchwise.Lab;

/// <summary>Writes results into a folder and reads them back.</summary>
public static class ResultFiles
{
    /// <summary>
    /// Writes <c>NAME.json</c>, <c>NAME-TABLE.csv</c> and <c>NAME-FIGURE.svg</c>, each file whole or not at all. Tables and figures of an
    /// earlier result that this one does not have are removed.
    /// </summary>
    /// <param name="result">The result.</param>
    /// <param name="folder">The folder; it is made if it is not there.</param>
    /// <returns>The files' names.</returns>
    /// <exception cref="ArgumentException">The result cannot be: a name is no plain one, or a list has an item that is null.</exception>
    /// <exception cref="InvalidDataException">The file of an earlier result holds none; nothing was written.</exception>
    public static IReadOnlyList<string> Write(ExperimentResult result, string folder)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (ResultCheck.Fault(result) is { } fault)
            throw new ArgumentException($"The result '{result.Name}' cannot be written: {fault}.", nameof(result));
        Directory.CreateDirectory(folder);
        var earlier = Find(result.Name, folder);
        var files = new List<string>();
        void Save(string name, string text)
        {
            AtomicFile.Write(Path.Combine(folder, name), stream => stream.Write(Encoding.UTF8.GetBytes(text)));
            files.Add(name);
        }
        foreach (var table in result.Tables)
            Save(FileOf(result, table), Csv(table));
        foreach (var figure in result.Figures)
            Save(FileOf(result, figure), figure.Svg);
        // Last: whoever finds the result finds what belongs to it.
        Save($"{result.Name}.json", JsonSerializer.Serialize(result, ResultJson.Readable.ExperimentResult) + "\n");
        if (earlier is not null)
        {
            foreach (var left in earlier.Tables.Select(table => FileOf(earlier, table)).Concat(earlier.Figures.Select(figure => FileOf(earlier, figure))).Except(files))
                File.Delete(Path.Combine(folder, left));
        }
        return files;
    }

    /// <summary>The result of an experiment that lies in a folder; null where there is none.</summary>
    /// <param name="name">The experiment's name.</param>
    /// <param name="folder">The folder.</param>
    /// <exception cref="ArgumentException">The name is no plain one of letters, digits and hyphens.</exception>
    /// <exception cref="InvalidDataException">The file holds no result, or another experiment's.</exception>
    public static ExperimentResult? Find(string name, string folder)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!ResultCheck.IsPlain(name))
            throw new ArgumentException("The name of an experiment consists of letters, digits and hyphens.", nameof(name));
        var path = Path.Combine(folder, $"{name}.json");
        if (!File.Exists(path))
            return null;
        var result = Read(path);
        return result.Name == name ? result : throw NoResult(path, $"it is that of '{result.Name}'");
    }

    /// <summary>Reads every result that lies in a folder, by name.</summary>
    /// <exception cref="InvalidDataException">
    /// The name of a file ends in .json, and it holds no result or is no regular file.
    /// </exception>
    public static IReadOnlyList<ExperimentResult> ReadAll(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(Read)];

    /// <summary>Reads one result.</summary>
    /// <exception cref="InvalidDataException">The file holds no result, or is no regular file.</exception>
    public static ExperimentResult Read(string path)
    {
        try
        {
            using var stream = DiskReading.Open(path, path);
            var result = JsonSerializer.Deserialize(stream, ResultJson.Readable.ExperimentResult)
                ?? throw NoResult(path, "it is null");
            return ResultCheck.Fault(result) is { } fault ? throw NoResult(path, fault) : result;
        }
        catch (JsonException error)
        {
            throw NoResult(path, JsonFault.Of(error));
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

    private static string FileOf(ExperimentResult result, TableResult table) => $"{result.Name}-{table.Name}.csv";

    private static string FileOf(ExperimentResult result, FigureResult figure) => $"{result.Name}-{figure.Name}.svg";

    private static string Field(string text) => text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static InvalidDataException NoResult(string path, string why) =>
        new($"'{path}' holds no result of an experiment ({why}): remove it from the folder, or choose another folder.");
}
