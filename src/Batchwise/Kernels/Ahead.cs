using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Batchwise.Kernels;

/// <summary>Asks for what is read soon and lies where no prefetcher expects it. An address outside of all memory is no fault.</summary>
internal static unsafe class Ahead
{
    /// <summary>Asks for the line of a place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ask(float* place)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(place);
    }
}
