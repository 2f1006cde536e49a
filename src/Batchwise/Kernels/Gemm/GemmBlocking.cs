using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;

namespace Batchwise.Kernels;

/// <summary>The sizes by which a matrix product is cut, for each width of vector, and why.</summary>
internal static class GemmBlocking
{
    /// <summary>
    /// Rows of the tile of two vectors of columns. Its accumulators, two vectors of B and one of A fill the registers:
    /// 16 with AVX2, 32 with AVX-512 and on Arm.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TileRows<TOperations, TVector>()
        where TOperations : struct, IVectorOperations<TVector>
        where TVector : struct =>
        TOperations.Width == 16 || AdvSimd.Arm64.IsSupported ? 12 : 6;
}
