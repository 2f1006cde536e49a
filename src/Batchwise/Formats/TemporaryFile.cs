using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Batchwise;

/// <summary>
/// The file that is written in place of another until it is whole. It lies in the same folder, and its name tells which file it is for, so
/// that the next write finds it if the process was killed. A lock, which the system takes from a process that ends, tells the one that
/// is being written from the one that was left behind.
/// </summary>
sealed class TemporaryFile : IDisposable
{
    private const int Attempts = 10;

    private readonly FileStream guard;
    private bool moved;

    private TemporaryFile(string path, FileStream guard) => (Path, this.guard) = (path, guard);

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>Makes an empty one, after removing those that killed processes left for the same target.</summary>
    /// <param name="target">The file that it is for.</param>
    /// <exception cref="IOException">The folder is not there, or the disk is full.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder takes no new files.</exception>
    public static TemporaryFile For(string target)
    {
        var folder = System.IO.Path.GetDirectoryName(target)!;
        var start = NameStart(target);
        RemoveLeftovers(folder, $"{start}*.tmp");
        for (var attempt = 1; attempt < Attempts; attempt++)
        {
            try
            {
                if (Make(folder, start) is { } made)
                    return made;
            }
            catch (IOException)
            {
                // Another process may have looked at it before it was locked.
            }
        }
        return Make(folder, start) ?? throw new IOException($"Another process removes the temporary files of '{target}'.");
    }

    /// <summary>An empty one; null where another process took it for a leftover between its making and its lock.</summary>
    private static TemporaryFile? Make(string folder, string start)
    {
        var path = System.IO.Path.Combine(folder, $"{start}{Guid.NewGuid():N}.tmp");
        var guard = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (File.Exists(path))
            return new(path, guard);
        guard.Dispose();
        return null;
    }

    /// <summary>Has it written, and brings it to the disk.</summary>
    /// <param name="write">Writes the content; it may dispose the stream or leave that to this method.</param>
    public void Fill(Action<Stream> write)
    {
        using (var stream = new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
            write(stream);
        DiskSync.File(guard.SafeFileHandle, Path);
    }

    /// <summary>Gives it the permissions of another file, on Unix.</summary>
    public void TakePermissionsOf(string other)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(guard.SafeFileHandle, File.GetUnixFileMode(other));
    }

    /// <summary>Puts it in its target's place.</summary>
    public void MoveTo(string target)
    {
        File.Move(Path, target, overwrite: true);
        moved = true;
    }

    /// <summary>Removes it, unless it was moved.</summary>
    public void Dispose()
    {
        if (!moved)
            Remove(Path);
        guard.Dispose();
    }

    /// <summary>Removes files that nobody writes to any more.</summary>
    /// <param name="folder">Their folder.</param>
    /// <param name="pattern">Their names.</param>
    public static void RemoveLeftovers(string folder, string pattern)
    {
        foreach (var path in Directory.EnumerateFiles(folder, pattern))
        {
            if (!IsBeingWritten(path))
                Remove(path);
        }
    }

    private static bool IsBeingWritten(string path)
    {
        try
        {
            using var alone = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What went wrong first is what the caller needs to hear.
        }
    }

    // Not the target's name itself, which may already be as long as the file system allows.
    private static string NameStart(string target)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(System.IO.Path.GetFileName(target)));
        return string.Create(CultureInfo.InvariantCulture, $".{Convert.ToHexStringLower(hash.AsSpan(0, 8))}-");
    }
}
