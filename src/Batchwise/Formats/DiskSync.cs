using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Batchwise;

/// <summary>
/// Has the system bring a file, or the names in a folder, to the disk. Asks the system itself on Unix, because the base library reports a
/// failed fsync as success and opens no folder.
/// </summary>
static class DiskSync
{
    private const int Interrupted = 4;
    private const int ReadOnlyFlag = 0;

    // EINVAL, EROFS and ENOTSUP of Linux and of macOS: what lies behind the handle, such as a pipe, cannot be brought to a disk.
    private static readonly int[] Impossible = OperatingSystem.IsMacOS() ? [22, 30, 45] : [22, 30, 95];

    /// <summary>Brings what was written to a file to the disk.</summary>
    /// <param name="handle">The file, open for writing.</param>
    /// <param name="path">What the message calls it.</param>
    /// <exception cref="IOException">The system could not; part of what was written may be lost.</exception>
    public static void File(SafeFileHandle handle, string path)
    {
        // On macOS fsync leaves it in the drive's cache, and the base library asks for more.
        if (OperatingSystem.IsWindows() || OperatingSystem.IsMacOS())
            RandomAccess.FlushToDisk(handle);
        if (!OperatingSystem.IsWindows())
            Sync((int)handle.DangerousGetHandle(), path);
        GC.KeepAlive(handle);
    }

    /// <summary>Brings the names in a folder to the disk, where the system can and the folder may be read.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="IOException">The disk failed.</exception>
    public static void Folder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Native.Open(folder, ReadOnlyFlag);
        if (descriptor < 0)
            return;
        try
        {
            Sync(descriptor, folder);
        }
        finally
        {
            _ = Native.Close(descriptor);
        }
    }

    private static void Sync(int descriptor, string path)
    {
        while (Native.Sync(descriptor) < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (Impossible.Contains(error))
                return;
            if (error != Interrupted)
                throw new IOException($"The disk did not take '{path}': {Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }

    private static class Native
    {
        [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
        public static extern int Sync(int descriptor);

        [DllImport("libc", EntryPoint = "open", SetLastError = true)]
        public static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

        [DllImport("libc", EntryPoint = "close", SetLastError = true)]
        public static extern int Close(int descriptor);
    }
}
