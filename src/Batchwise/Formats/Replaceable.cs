using System.Runtime.Versioning;

namespace Batchwise;

/// <summary>
/// Finds out whether a file that is there can be replaced by moving another over it: writing to its folder is not all that it takes.
/// </summary>
static class Replaceable
{
    /// <summary>Refuses a mount point, and another user's file in a folder like /tmp.</summary>
    /// <param name="path">The file as the caller named it, for the message.</param>
    /// <param name="file">The file, with all links resolved.</param>
    /// <exception cref="IOException">It is a mount point.</exception>
    /// <exception cref="UnauthorizedAccessException">It belongs to another user, in a folder where only owners replace files.</exception>
    public static void Require(string path, string file)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(file))
            return;
        if (DriveInfo.GetDrives().Any(drive => drive.Name == file))
            throw new IOException($"'{path}' is a mount point, which cannot be replaced: choose another file.");
        var folder = Path.GetDirectoryName(file)!;
        if (File.GetUnixFileMode(folder).HasFlag(UnixFileMode.StickyBit) && !IsOwn(file) && !IsOwn(folder))
            throw new UnauthorizedAccessException($"'{path}' belongs to another user and stays as it is, because in the folder '{folder}' only owners replace their files: choose another file.");
    }

    // Only the owner may set a mode, even the one that is set already.
    [UnsupportedOSPlatform("windows")]
    private static bool IsOwn(string path)
    {
        try
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path));
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
