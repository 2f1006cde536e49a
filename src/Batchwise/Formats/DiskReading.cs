namespace Batchwise;

/// <summary>
/// Opens regular files and lists folders. Anything else that has a file's name, such as a pipe or a device, could keep its reader waiting for
/// ever. What this user may not read is refused by name, with its permissions, and never passed over.
/// </summary>
static class DiskReading
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    /// <summary>Opens a file for reading, from its start.</summary>
    /// <param name="path">The file, or a link to it.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">It is empty, or no regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="IOException">It is not there, or cannot be read.</exception>
    public static FileStream Open(string path, string name)
    {
        try
        {
            // Pipes, sockets and devices have no length; to open a pipe would be to wait for somebody who writes to it.
            if (Target(path) is { Exists: true, Length: 0 })
                throw Nothing(name);
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            if (stream.CanSeek)
                return stream;
            stream.Dispose();
            throw Nothing(name);
        }
        catch (UnauthorizedAccessException error)
        {
            throw Directory.Exists(path)
                ? new UnauthorizedAccessException($"{name} is a folder, and a file is needed: name a file in it.", error)
                : Forbidden(name, path, "allow reading it (chmod u+r), and entering its folder (chmod u+x)", error);
        }
    }

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file, or a link to it.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">It is empty, no regular file, or too long for an array.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="IOException">It is not there, or cannot be read.</exception>
    public static byte[] ReadAll(string path, string name)
    {
        using var stream = Open(path, name);
        if (stream.Length > Array.MaxLength)
            throw new InvalidDataException(FormattableString.Invariant(
                $"{name} has {stream.Length} bytes, and {Array.MaxLength} are the most that are read: choose another file."));
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>All files and folders of a folder, but not those within them.</summary>
    /// <param name="path">The folder, or a link to it.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="UnauthorizedAccessException">It may not be listed or entered.</exception>
    public static FileSystemInfo[] List(string path, string name)
    {
        try
        {
            return [.. new DirectoryInfo(path).EnumerateFileSystemInfos("*", Everything)];
        }
        catch (UnauthorizedAccessException error)
        {
            throw Forbidden($"The folder {name}", path, "allow listing and entering it (chmod u+rx)", error);
        }
    }

    /// <summary>Whether a file, or what a link to one leads to, is there and may be seen.</summary>
    public static bool IsThere(string path)
    {
        try
        {
            return Target(path).Exists;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The refusal of a file without contents, which a pipe and a device look like.</summary>
    /// <param name="name">What to call it.</param>
    public static InvalidDataException Nothing(string name) =>
        new($"{name} is empty, or no regular file (a pipe, a socket, a device): remove it, or put the file in its place.");

    private static FileInfo Target(string path)
    {
        var file = new FileInfo(path);
        return file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
    }

    private static UnauthorizedAccessException Forbidden(string name, string path, string remedy, Exception error) =>
        new($"{name} may not be read by this user{Permissions(path)}: {remedy}, or leave it out.", error);

    private static string Permissions(string path)
    {
        try
        {
            return OperatingSystem.IsWindows() ? "" : $" (permissions {Convert.ToString((int)File.GetUnixFileMode(path), 8).PadLeft(3, '0')})";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
