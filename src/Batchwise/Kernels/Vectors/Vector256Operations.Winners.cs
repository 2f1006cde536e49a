using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vector = System.Runtime.Intrinsics.Vector256<float>;

namespace Batchwise.Kernels;

internal readonly unsafe partial struct Vector256Operations : IWinnerOperations<Vector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Exceeds(Vector left, Vector right) =>
        Vector256.AndNot(Vector256.Equals(right, right), Vector256.LessThanOrEqual(left, right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Place(int place) => Vector256.Create(place).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector AddWhereSame(Vector sum, Vector places, Vector others, Vector value) =>
        sum + Vector256.BitwiseAnd(Vector256.Equals(places.AsInt32(), others.AsInt32()).AsSingle(), value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector LoadBytes(byte* source) => Avx2.IsSupported
        ? Avx2.ConvertToVector256Int32(source).AsSingle()
        : Vector256.Create(Vector128Operations.LoadBytes(source), Vector128Operations.LoadBytes(source + 4));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Vector places, byte* target)
    {
        var pairs = Vector128.Narrow(places.GetLower().AsUInt32(), places.GetUpper().AsUInt32());
        Unsafe.WriteUnaligned(target, Vector128.Narrow(pairs, pairs).AsUInt64().ToScalar());
    }
}
