namespace Batchwise.Tests.Formats;

/// <summary>A folder of one test's own, gone with the test.</summary>
internal sealed class FormatsFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("batchwise-formats-");

    public string Path => folder.FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The names of all that lies in the folder, hidden or not.</summary>
    public string[] Names() => [.. folder.EnumerateFileSystemInfos().Select(entry => entry.Name).Order(StringComparer.Ordinal)];

    public void Dispose() => folder.Delete(recursive: true);
}
