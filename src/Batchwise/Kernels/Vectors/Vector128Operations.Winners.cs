using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vector = System.Runtime.Intrinsics.Vector128<float>;

namespace Batchwise.Kernels;

internal readonly unsafe partial struct Vector128Operations : IWinnerOperations<Vector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Exceeds(Vector left, Vector right) =>
        Vector128.AndNot(Vector128.Equals(right, right), Vector128.LessThanOrEqual(left, right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Place(int place) => Vector128.Create(place).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector AddWhereSame(Vector sum, Vector places, Vector others, Vector value) =>
        sum + Vector128.BitwiseAnd(Vector128.Equals(places.AsInt32(), others.AsInt32()).AsSingle(), value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector LoadBytes(byte* source)
    {
        var pairs = Vector128.WidenLower(Vector128.CreateScalar(Unsafe.ReadUnaligned<uint>(source)).AsByte());
        return Vector128.WidenLower(pairs).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Vector places, byte* target)
    {
        var pairs = Vector128.Narrow(places.AsUInt32(), places.AsUInt32());
        Unsafe.WriteUnaligned(target, Vector128.Narrow(pairs, pairs).AsUInt32().ToScalar());
    }
}
