using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vector = System.Runtime.Intrinsics.Vector512<float>;

namespace Batchwise.Kernels;

internal readonly unsafe partial struct Vector512Operations : IWinnerOperations<Vector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Exceeds(Vector left, Vector right) =>
        Vector512.AndNot(Vector512.Equals(right, right), Vector512.LessThanOrEqual(left, right));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector Place(int place) => Vector512.Create(place).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector AddWhereSame(Vector sum, Vector places, Vector others, Vector value) =>
        Vector512.ConditionalSelect(Vector512.Equals(places.AsInt32(), others.AsInt32()).AsSingle(), sum + value, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector LoadBytes(byte* source) => Avx512F.IsSupported
        ? Avx512F.ConvertToVector512Int32(Vector128.Load(source)).AsSingle()
        : Join(Vector256Operations.LoadBytes(source), Vector256Operations.LoadBytes(source + 8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Vector places, byte* target)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.ConvertToVector128Byte(places.AsInt32()).Store(target);
            return;
        }
        Vector256Operations.StoreBytes(places.GetLower(), target);
        Vector256Operations.StoreBytes(places.GetUpper(), target + 8);
    }
}
