using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Quad = System.Runtime.Intrinsics.Vector128<float>;
using Vector = System.Runtime.Intrinsics.Vector512<float>;

namespace Batchwise.Kernels;

internal readonly unsafe partial struct Vector512Operations : IQuadOperations<Vector>
{
    public static int Quads => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector RepeatQuad(Quad quad) => Avx512F.IsSupported
        ? Avx512F.Shuffle4x128(Widen(quad), Widen(quad), 0)
        : Vector512.Create(quad);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector LoadQuads(float* source, nint stride) => Join(
        Vector256Operations.LoadQuads(source, stride),
        Vector256Operations.LoadQuads(source + 2 * stride, stride));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector LoadPartialQuads(float* source, nint stride, int count) => Join(
        Vector256Operations.LoadPartialQuads(source, stride, count),
        Vector256Operations.LoadPartialQuads(source + 2 * stride, stride, count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartialQuads(Vector value, float* target, nint stride, int count)
    {
        Vector256Operations.StorePartialQuads(value.GetLower(), target, stride, count);
        Vector256Operations.StorePartialQuads(value.GetUpper(), target + 2 * stride, stride, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector SpreadLane0(Vector value) => Avx512F.IsSupported
        ? Avx512F.Permute4x32(value, 0x00)
        : Vector512.Shuffle(value, Vector512.Create(0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector SpreadLane1(Vector value) => Avx512F.IsSupported
        ? Avx512F.Permute4x32(value, 0x55)
        : Vector512.Shuffle(value, Vector512.Create(1, 1, 1, 1, 5, 5, 5, 5, 9, 9, 9, 9, 13, 13, 13, 13));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector SpreadLane2(Vector value) => Avx512F.IsSupported
        ? Avx512F.Permute4x32(value, 0xAA)
        : Vector512.Shuffle(value, Vector512.Create(2, 2, 2, 2, 6, 6, 6, 6, 10, 10, 10, 10, 14, 14, 14, 14));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector SpreadLane3(Vector value) => Avx512F.IsSupported
        ? Avx512F.Permute4x32(value, 0xFF)
        : Vector512.Shuffle(value, Vector512.Create(3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11, 15, 15, 15, 15));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector LoadSpread(float* source) => Avx512F.IsSupported
        ? Avx512F.PermuteVar4x32(Avx512F.BroadcastVector128ToVector512(source), Vector512.Create(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3))
        : Vector512.Shuffle(Vector512.Create(Vector128.Load(source)), Vector512.Create(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3));

    // Vector512.Create of two halves goes through memory.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector Join(Vector256<float> lower, Vector256<float> upper) => lower.ToVector512Unsafe().WithUpper(upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector Widen(Quad quad) => quad.ToVector256Unsafe().ToVector512Unsafe();
}
