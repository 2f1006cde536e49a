using System.Text;
using static System.FormattableString;

namespace Batchwise;

/// <summary>Writes a file whole or not at all.</summary>
public static class AtomicFile
{
    private const int LongestName = 255;

    /// <summary>
    /// Writes to a temporary file in the same folder, brings it to the disk and moves it over <paramref name="path"/>.
    /// Whoever opens the path meets the old content or the new, never a part. If anything fails, the old file stays
    /// as it was, and the temporary file is removed. On Unix the permissions of the old file are kept. A link stays one:
    /// the file that it points to is replaced. What lies in /dev, such as /dev/null, is written to and never replaced.
    /// </summary>
    /// <remarks>
    /// <para>When this returns, the content is on the disk, and a power cut leaves the old file or the new one. On Linux and macOS
    /// the folder is brought to the disk too, so that it is the new one, unless the folder may be written and not read, or its
    /// file system cannot do so. On Linux a disk that fails to take the content is an error; on Windows and macOS the base library
    /// does not tell. What a disk reports as written and keeps in a cache of its own is beyond this.</para>
    /// <para>A process that is killed meanwhile leaves its temporary file; the next write to the same path removes it.</para>
    /// </remarks>
    /// <param name="path">The file to make or to replace. Its folder must exist.</param>
    /// <param name="write">Writes the content; it may dispose the stream or leave that to this method.</param>
    /// <exception cref="ArgumentException">The path is empty or ends with a folder.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="IOException">The disk is full or fails, or the file is in use.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written, the old file is read-only, or the path is a folder.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var (full, folder, isDevice) = Target(path);
        if (isDevice)
        {
            using var device = new FileStream(full, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            write(device);
            return;
        }
        using (var temporary = Temporary(path, full, folder))
        {
            try
            {
                if (File.Exists(full))
                    temporary.TakePermissionsOf(full);
                temporary.Fill(write);
                temporary.MoveTo(full);
            }
            catch (Exception error) when (error.Message.Contains(temporary.Path, StringComparison.Ordinal))
            {
                // Nobody has heard of the temporary file.
                throw error is IOException and not FileNotFoundException
                    ? new IOException($"'{path}' cannot be written: {error.Message.Replace(temporary.Path, full, StringComparison.Ordinal)}", error)
                    : Forbidden(path, folder, error);
            }
        }
        try
        {
            DiskSync.Folder(folder);
        }
        catch (IOException error)
        {
            throw new IOException($"'{path}' is written, but a power cut might bring its old content back. {error.Message}", error);
        }
    }

    /// <summary>Refuses what <see cref="Write"/> would, before there is anything to write. Changes nothing, but removes what a killed process left.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <exception cref="ArgumentException">The path is empty or ends with a folder.</exception>
    /// <exception cref="IOException">The folder does not exist, the name is too long, or the path is a mount point.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written, the old file is read-only or another user's in a shared folder, or the path is a folder.</exception>
    public static void RequireWritable(string path)
    {
        var (full, folder, isDevice) = Target(path);
        if (isDevice)
            return;
        Replaceable.Require(path, Path.Combine(WithoutLinks(folder), Path.GetFileName(full)));
        Temporary(path, full, folder).Dispose();
    }

    /// <summary>The file that a path means, and its folder; refuses what is none.</summary>
    private static (string File, string Folder, bool IsDevice) Target(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var full = Path.GetFullPath(path);
        if (new FileInfo(full).LinkTarget is not null)
            full = File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
        var name = Path.GetFileName(full);
        if (name.Length == 0)
            throw new ArgumentException($"'{path}' ends with a folder: add the name of the file to write.", nameof(path));
        if ((OperatingSystem.IsWindows() ? name.Length : Encoding.UTF8.GetByteCount(name)) > LongestName)
            throw new PathTooLongException(Invariant($"'{path}' has a name of more than {LongestName} {(OperatingSystem.IsWindows() ? "letters" : "bytes")}, which file systems refuse: choose a shorter one."));
        var folder = Path.GetDirectoryName(full)!;
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"'{path}' cannot be written because the folder '{folder}' does not exist: create it first, or choose another.");
        if (Directory.Exists(full))
            throw new UnauthorizedAccessException($"'{path}' is a folder: add the name of the file to write.");
        if (IsDevice(Path.Combine(WithoutLinks(folder), name)))
            return (full, folder, true);
        // A move would replace what its owner has protected.
        return File.Exists(full) && File.GetAttributes(full).HasFlag(FileAttributes.ReadOnly)
            ? throw new UnauthorizedAccessException($"'{path}' is read-only and stays as it is: allow writing to it, or choose another file.")
            : (full, folder, false);
    }

    private static TemporaryFile Temporary(string path, string target, string folder)
    {
        try
        {
            return TemporaryFile.For(target);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Forbidden(path, folder, error);
        }
    }

    private static UnauthorizedAccessException Forbidden(string path, string folder, Exception error) =>
        new($"'{path}' cannot be written because the folder '{folder}' takes no new files: allow writing there, or choose another.", error);

    /// <summary>A move would put a file in place of the device, for everybody; shared memory holds files like any other folder.</summary>
    private static bool IsDevice(string path) =>
        !OperatingSystem.IsWindows() && path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal) && File.Exists(path);

    private static string WithoutLinks(string folder)
    {
        if (Path.GetDirectoryName(folder) is not { } parent)
            return folder;
        var real = Path.Combine(WithoutLinks(parent), Path.GetFileName(folder));
        return new DirectoryInfo(real).LinkTarget is null ? real : WithoutLinks(Directory.ResolveLinkTarget(real, returnFinalTarget: true)!.FullName);
    }
}
