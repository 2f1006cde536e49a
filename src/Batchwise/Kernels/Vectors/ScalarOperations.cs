using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>One float at a time: the width that runs everywhere, and the plain form of every kernel written over widths.</summary>
internal readonly unsafe partial struct ScalarOperations : IVectorOperations<float>
{
    public static int Width => 1;

    public static float Zero => 0;

    public static float Load(float* source) => *source;

    public static void Store(float value, float* target) => *target = value;

    public static void StoreNonTemporal(float value, float* target) => *target = value;

    public static float LoadPartial(float* source, int count) => count > 0 ? *source : 0;

    public static void StorePartial(float value, float* target, int count)
    {
        if (count > 0)
            *target = value;
    }

    public static float Broadcast(float value) => value;

    public static float Add(float left, float right) => left + right;

    public static float Subtract(float left, float right) => left - right;

    public static float Multiply(float left, float right) => left * right;

    public static float Divide(float left, float right) => left / right;

    public static float MultiplyAdd(float left, float right, float addend) => float.MultiplyAddEstimate(left, right, addend);

    public static float Sqrt(float value) => MathF.Sqrt(value);

    public static float Abs(float value) => MathF.Abs(value);

    public static float Max(float left, float right) => MathF.Max(left, right);

    public static float Min(float left, float right) => MathF.Min(left, right);

    public static float GreaterThan(float left, float right) => BitConverter.Int32BitsToSingle(left > right ? -1 : 0);

    public static float Select(float mask, float whenSet, float whenClear) =>
        BitConverter.SingleToInt32Bits(mask) != 0 ? whenSet : whenClear;

    public static float Round(float value) => MathF.Round(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ScaleByPowerOfTwo(float value, float exponent) =>
        float.IsNaN(exponent) ? value : BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value) + ((int)exponent << 23));

    public static float Sum(float value) => value;
}
