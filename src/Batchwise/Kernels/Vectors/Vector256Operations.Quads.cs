using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Quad = System.Runtime.Intrinsics.Vector128<float>;
using Vector = System.Runtime.Intrinsics.Vector256<float>;

namespace Batchwise.Kernels;

internal readonly unsafe partial struct Vector256Operations : IQuadOperations<Vector>
{
    public static int Quads => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector RepeatQuad(Quad quad) => Vector256.Create(quad);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector LoadQuads(float* source, nint stride) =>
        Vector256.Create(Vector128.Load(source), Vector128.Load(source + stride));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector LoadPartialQuads(float* source, nint stride, int count) =>
        Vector256.Create(Vector128Operations.LoadPartial(source, count), Vector128Operations.LoadPartial(source + stride, count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartialQuads(Vector value, float* target, nint stride, int count)
    {
        Vector128Operations.StorePartial(value.GetLower(), target, count);
        Vector128Operations.StorePartial(value.GetUpper(), target + stride, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector SpreadLane0(Vector value) => Avx.IsSupported
        ? Avx.Permute(value, 0x00)
        : Vector256.Shuffle(value, Vector256.Create(0, 0, 0, 0, 4, 4, 4, 4));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector SpreadLane1(Vector value) => Avx.IsSupported
        ? Avx.Permute(value, 0x55)
        : Vector256.Shuffle(value, Vector256.Create(1, 1, 1, 1, 5, 5, 5, 5));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector SpreadLane2(Vector value) => Avx.IsSupported
        ? Avx.Permute(value, 0xAA)
        : Vector256.Shuffle(value, Vector256.Create(2, 2, 2, 2, 6, 6, 6, 6));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector SpreadLane3(Vector value) => Avx.IsSupported
        ? Avx.Permute(value, 0xFF)
        : Vector256.Shuffle(value, Vector256.Create(3, 3, 3, 3, 7, 7, 7, 7));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector LoadSpread(float* source) => Avx.IsSupported
        ? Avx.PermuteVar(Vector256.Create(Unsafe.ReadUnaligned<double>(source)).AsSingle(), Vector256.Create(0, 0, 0, 0, 1, 1, 1, 1))
        : Vector256.Create(Vector128.Create(source[0]), Vector128.Create(source[1]));
}
