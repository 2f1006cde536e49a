using System.Runtime.InteropServices;

namespace Batchwise;

/// <summary>
/// Moves a thread that was woken on the processor of the thread that woke it. Linux often wakes it there, because its data seem
/// to be there, and moves it to an idle processor only some milliseconds later: until then both share one.
/// </summary>
static partial class Processors
{
    // What sched_setaffinity takes at most: 1,024 processors.
    private const int MaskBytes = 128;

    /// <summary>The processor that this thread runs on; negative where the system does not tell.</summary>
    public static int Current => OperatingSystem.IsLinux() ? Thread.GetCurrentProcessorId() : -1;

    /// <summary>Moves this thread away from a processor, if it is there and may run on another. It may come back later.</summary>
    /// <param name="processor">The processor; a negative one does nothing.</param>
    public static void Leave(int processor)
    {
        if (processor < 0 || processor >= 8 * MaskBytes || Current != processor)
            return;
        Span<byte> allowed = stackalloc byte[MaskBytes];
        allowed.Clear();
        if (Native.GetAffinity(0, MaskBytes, allowed) < 0)
            return;
        Span<byte> others = stackalloc byte[MaskBytes];
        allowed.CopyTo(others);
        others[processor / 8] &= (byte)~(1 << processor % 8);
        // The system moves the thread at once; then all are allowed again.
        if (others.ContainsAnyExcept((byte)0) && Native.SetAffinity(0, MaskBytes, others) == 0)
            _ = Native.SetAffinity(0, MaskBytes, allowed);
    }

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static partial int GetAffinity(int thread, nuint bytes, Span<byte> mask);

        [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static partial int SetAffinity(int thread, nuint bytes, ReadOnlySpan<byte> mask);
    }
}
