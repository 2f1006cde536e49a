using static System.FormattableString;

namespace Batchwise.Cli;

/// <summary>
/// Saves what took long to make: where it was asked for or, if that fails although it was checked before, beside that place or in the folder
/// for temporary files. It says where.
/// </summary>
sealed class Rescue(Terminal terminal)
{
    private const int LongestEnding = 20;

    /// <summary>The exit code of a command that is done: 1 if something could not be saved where it was asked for.</summary>
    public int ExitCode { get; private set; }

    /// <summary>Writes a file or a folder.</summary>
    /// <param name="path">Where it is asked for.</param>
    /// <param name="write">Writes it to the path that it is given.</param>
    /// <returns>Where it is.</returns>
    /// <exception cref="IOException">It could be written nowhere.</exception>
    public string Write(string path, Action<string> write)
    {
        var reasons = new List<string>();
        foreach (var place in Places(path))
        {
            try
            {
                write(place);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                reasons.Add($"{Failure.Sentence(error).TrimEnd('.')}.");
                continue;
            }
            if (place == path)
                return path;
            ExitCode = Program.Failed;
            terminal.Error($"{reasons[0]} It was saved to {place} instead: move it to where it belongs.");
            return place;
        }
        throw new IOException($"It could be saved nowhere. {string.Join(' ', reasons)}");
    }

    private static IEnumerable<string> Places(string path)
    {
        yield return path;
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var ending = Path.GetExtension(full);
        var name = Invariant($"batchwise-rescued-{Guid.NewGuid().ToString("N")[..8]}{(ending.Length > LongestEnding ? "" : ending)}");
        // Beside a device is no place for files.
        if (!full.StartsWith("/dev/", StringComparison.Ordinal) && Path.GetDirectoryName(full) is { } folder)
            yield return Path.Combine(folder, name);
        yield return Path.Combine(Path.GetTempPath(), name);
    }
}
