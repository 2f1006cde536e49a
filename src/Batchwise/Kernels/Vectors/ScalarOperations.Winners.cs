using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

internal readonly unsafe partial struct ScalarOperations : IWinnerOperations<float>
{
    public static float Exceeds(float left, float right) =>
        BitConverter.Int32BitsToSingle(!(left <= right) && !float.IsNaN(right) ? -1 : 0);

    public static float Place(int place) => BitConverter.Int32BitsToSingle(place);

    public static float AddWhereSame(float sum, float places, float others, float value) =>
        BitConverter.SingleToInt32Bits(places) == BitConverter.SingleToInt32Bits(others) ? sum + value : sum;

    public static float LoadBytes(byte* source) => BitConverter.Int32BitsToSingle(Whole(*source));

    public static void StoreBytes(float places, byte* target) => *target = (byte)BitConverter.SingleToInt32Bits(places);

    // A call, since the JIT of .NET 10 would read the bits of a float where the byte lies, the next three bytes with it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Whole(byte value) => value;
}
