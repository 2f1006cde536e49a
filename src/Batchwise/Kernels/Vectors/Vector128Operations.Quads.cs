using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vector = System.Runtime.Intrinsics.Vector128<float>;

namespace Batchwise.Kernels;

internal readonly unsafe partial struct Vector128Operations : IQuadOperations<Vector>
{
    public static int Quads => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector RepeatQuad(Vector quad) => quad;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector LoadQuads(float* source, nint stride) => Vector128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector LoadPartialQuads(float* source, nint stride, int count) => LoadPartial(source, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartialQuads(Vector value, float* target, nint stride, int count) => StorePartial(value, target, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector SpreadLane0(Vector value) => Vector128.Shuffle(value, Vector128.Create(0, 0, 0, 0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector SpreadLane1(Vector value) => Vector128.Shuffle(value, Vector128.Create(1, 1, 1, 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector SpreadLane2(Vector value) => Vector128.Shuffle(value, Vector128.Create(2, 2, 2, 2));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector SpreadLane3(Vector value) => Vector128.Shuffle(value, Vector128.Create(3, 3, 3, 3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector LoadSpread(float* source) => Vector128.Create(*source);
}
