namespace Batchwise.Tests;

/// <summary>A temporary folder for the files of one test, deleted with everything in it.</summary>
sealed class DataFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("batchwise-data-").FullName;

    public IEnumerable<string> Files => Directory.EnumerateFiles(Path).Select(System.IO.Path.GetFileName).Order(StringComparer.Ordinal)!;

    public string Write(string name, byte[] contents)
    {
        var path = System.IO.Path.Combine(Path, name);
        File.WriteAllBytes(path, contents);
        return path;
    }

    public byte[] Read(string name) => File.ReadAllBytes(System.IO.Path.Combine(Path, name));

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>The folder of MNIST beside the repository, or the test is skipped.</summary>
    public static string RealMnist()
    {
        var root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(System.IO.Path.Combine(root, "Batchwise.slnx")))
            root = System.IO.Path.GetDirectoryName(root);
        var folder = System.IO.Path.Combine(root ?? ".", "..", "shared", "data", "mnist");
        if (!Directory.Exists(folder))
            Assert.Skip("MNIST's files are not beside the repository.");
        return folder;
    }
}
