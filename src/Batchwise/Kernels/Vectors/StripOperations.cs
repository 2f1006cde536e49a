using System.Runtime.CompilerServices;

namespace Batchwise.Kernels;

/// <summary>
/// The arithmetic of four neighbouring vectors as if they were one, so that a loop over rows holds what belongs to a strip of
/// channels in registers and reads pieces of rows that are long enough for the processor's own prefetcher.
/// </summary>
internal readonly unsafe struct StripOperations<TOperations, TVector> : IVectorOperations<Strip<TVector>>
    where TOperations : IVectorOperations<TVector>
    where TVector : struct
{
    public static int Width
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 4 * TOperations.Width;
    }

    public static Strip<TVector> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(TOperations.Zero, TOperations.Zero, TOperations.Zero, TOperations.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip<TVector> Load(float* source) => new(
        TOperations.Load(source), TOperations.Load(source + TOperations.Width),
        TOperations.Load(source + 2 * TOperations.Width), TOperations.Load(source + 3 * TOperations.Width));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Strip<TVector> value, float* target)
    {
        TOperations.Store(value.First, target);
        TOperations.Store(value.Second, target + TOperations.Width);
        TOperations.Store(value.Third, target + 2 * TOperations.Width);
        TOperations.Store(value.Fourth, target + 3 * TOperations.Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNonTemporal(Strip<TVector> value, float* target)
    {
        TOperations.StoreNonTemporal(value.First, target);
        TOperations.StoreNonTemporal(value.Second, target + TOperations.Width);
        TOperations.StoreNonTemporal(value.Third, target + 2 * TOperations.Width);
        TOperations.StoreNonTemporal(value.Fourth, target + 3 * TOperations.Width);
    }

    // Strips are whole: what is left of a row is taken vector by vector. Code that were here would be called from within the
    // loops, and have them keep their vectors in memory.
    public static Strip<TVector> LoadPartial(float* source, int count) => throw new NotSupportedException();

    public static void StorePartial(Strip<TVector> value, float* target, int count) => throw new NotSupportedException();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip<TVector> Broadcast(float value)
    {
        var all = TOperations.Broadcast(value);
        return new(all, all, all, all);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip<TVector> Add(Strip<TVector> left, Strip<TVector> right) => new(
        TOperations.Add(left.First, right.First), TOperations.Add(left.Second, right.Second),
        TOperations.Add(left.Third, right.Third), TOperations.Add(left.Fourth, right.Fourth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip<TVector> Subtract(Strip<TVector> left, Strip<TVector> right) => new(
        TOperations.Subtract(left.First, right.First), TOperations.Subtract(left.Second, right.Second),
        TOperations.Subtract(left.Third, right.Third), TOperations.Subtract(left.Fourth, right.Fourth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip<TVector> Multiply(Strip<TVector> left, Strip<TVector> right) => new(
        TOperations.Multiply(left.First, right.First), TOperations.Multiply(left.Second, right.Second),
        TOperations.Multiply(left.Third, right.Third), TOperations.Multiply(left.Fourth, right.Fourth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip<TVector> Divide(Strip<TVector> left, Strip<TVector> right) => new(
        TOperations.Divide(left.First, right.First), TOperations.Divide(left.Second, right.Second),
        TOperations.Divide(left.Third, right.Third), TOperations.Divide(left.Fourth, right.Fourth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip<TVector> MultiplyAdd(Strip<TVector> left, Strip<TVector> right, Strip<TVector> addend) => new(
        TOperations.MultiplyAdd(left.First, right.First, addend.First), TOperations.MultiplyAdd(left.Second, right.Second, addend.Second),
        TOperations.MultiplyAdd(left.Third, right.Third, addend.Third), TOperations.MultiplyAdd(left.Fourth, right.Fourth, addend.Fourth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip<TVector> Sqrt(Strip<TVector> value) => new(
        TOperations.Sqrt(value.First), TOperations.Sqrt(value.Second),
        TOperations.Sqrt(value.Third), TOperations.Sqrt(value.Fourth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip<TVector> Abs(Strip<TVector> value) => new(
        TOperations.Abs(value.First), TOperations.Abs(value.Second),
        TOperations.Abs(value.Third), TOperations.Abs(value.Fourth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip<TVector> Max(Strip<TVector> left, Strip<TVector> right) => new(
        TOperations.Max(left.First, right.First), TOperations.Max(left.Second, right.Second),
        TOperations.Max(left.Third, right.Third), TOperations.Max(left.Fourth, right.Fourth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip<TVector> Min(Strip<TVector> left, Strip<TVector> right) => new(
        TOperations.Min(left.First, right.First), TOperations.Min(left.Second, right.Second),
        TOperations.Min(left.Third, right.Third), TOperations.Min(left.Fourth, right.Fourth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip<TVector> GreaterThan(Strip<TVector> left, Strip<TVector> right) => new(
        TOperations.GreaterThan(left.First, right.First), TOperations.GreaterThan(left.Second, right.Second),
        TOperations.GreaterThan(left.Third, right.Third), TOperations.GreaterThan(left.Fourth, right.Fourth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip<TVector> Select(Strip<TVector> mask, Strip<TVector> whenSet, Strip<TVector> whenClear) => new(
        TOperations.Select(mask.First, whenSet.First, whenClear.First), TOperations.Select(mask.Second, whenSet.Second, whenClear.Second),
        TOperations.Select(mask.Third, whenSet.Third, whenClear.Third), TOperations.Select(mask.Fourth, whenSet.Fourth, whenClear.Fourth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip<TVector> Round(Strip<TVector> value) => new(
        TOperations.Round(value.First), TOperations.Round(value.Second),
        TOperations.Round(value.Third), TOperations.Round(value.Fourth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Strip<TVector> ScaleByPowerOfTwo(Strip<TVector> value, Strip<TVector> exponent) => new(
        TOperations.ScaleByPowerOfTwo(value.First, exponent.First), TOperations.ScaleByPowerOfTwo(value.Second, exponent.Second),
        TOperations.ScaleByPowerOfTwo(value.Third, exponent.Third), TOperations.ScaleByPowerOfTwo(value.Fourth, exponent.Fourth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Strip<TVector> value) =>
        TOperations.Sum(TOperations.Add(TOperations.Add(value.First, value.Second), TOperations.Add(value.Third, value.Fourth)));
}
