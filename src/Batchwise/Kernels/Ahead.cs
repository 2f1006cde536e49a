using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Batchwise.Kernels;

/// <summary>Asks for what is read soon and lies where no prefetcher expects it. An address outside of all memory is no fault.</summary>
internal static unsafe class Ahead
{
    private const int Line = AlignedMemory.Line;

    /// <summary>Asks for the line of a place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ask(float* place)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(place);
    }

    /// <summary>Asks for the lines of a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ask<TOperations, TVector>(float* place)
        where TOperations : IVectorOperations<TVector>
        where TVector : struct
    {
        Ask(place);
        if (TOperations.Width > Line)
            Ask(place + Line);
        if (TOperations.Width > 2 * Line)
            Ask(place + 2 * Line);
        if (TOperations.Width > 3 * Line)
            Ask(place + 3 * Line);
    }
}
