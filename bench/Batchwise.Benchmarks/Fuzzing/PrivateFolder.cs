namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>
/// A folder of this process, in memory where the machine has such a file system; it goes with <see cref="Dispose"/>.
/// </summary>
sealed class PrivateFolder : IDisposable
{
    private const string InMemory = "/dev/shm";

    /// <summary>Its path.</summary>
    public string Path { get; } = Directory.Exists(InMemory)
        ? Directory.CreateDirectory(System.IO.Path.Combine(InMemory, $"batchwise-fuzz-{Guid.NewGuid():N}")).FullName
        : Directory.CreateTempSubdirectory("batchwise-fuzz-").FullName;

    /// <summary>The path of a file in it.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>What a writer writes to a file.</summary>
    public static byte[] Written(string ending, Action<string> write)
    {
        using var folder = new PrivateFolder();
        var path = folder.File("seed" + ending);
        write(path);
        return System.IO.File.ReadAllBytes(path);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
