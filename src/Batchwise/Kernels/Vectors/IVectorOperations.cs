namespace Batchwise.Kernels;

/// <summary>
/// The arithmetic of one vector width, so that a kernel is written once, over <c>TOperations, TVector</c>, and compiled per
/// width. The operations work on the runtime's own vector types, which the JIT keeps in registers, or on a strip of four, which it
/// does as long as a loop calls nothing.
/// </summary>
/// <typeparam name="TVector">Vector128, 256 or 512 of float, a <see cref="Strip{TVector}"/> of these, or a float.</typeparam>
/// <remarks>
/// A mask is a vector whose lanes are all ones or all zeros. Lanes are numbered from 0 in memory order. No operation
/// reads or writes memory outside the lanes it names, and none needs alignment.
/// </remarks>
internal unsafe interface IVectorOperations<TVector>
    where TVector : struct
{
    /// <summary>Floats in a vector: a constant to the JIT.</summary>
    static abstract int Width { get; }

    /// <summary>All lanes zero.</summary>
    static abstract TVector Zero { get; }

    /// <summary>Reads <see cref="Width"/> floats.</summary>
    static abstract TVector Load(float* source);

    /// <summary>Writes <see cref="Width"/> floats.</summary>
    static abstract void Store(TVector value, float* target);

    /// <summary>Writes <see cref="Width"/> floats past the cache, to an address that is a multiple of their size.</summary>
    static abstract void StoreNonTemporal(TVector value, float* target);

    /// <summary>Reads the first <paramref name="count"/> floats, 0 to <see cref="Width"/>; the other lanes are zero and their memory is not touched.</summary>
    static abstract TVector LoadPartial(float* source, int count);

    /// <summary>Writes the first <paramref name="count"/> floats, 0 to <see cref="Width"/>; memory behind them is not touched.</summary>
    static abstract void StorePartial(TVector value, float* target, int count);

    /// <summary>All lanes the same.</summary>
    static abstract TVector Broadcast(float value);

    /// <summary>left + right.</summary>
    static abstract TVector Add(TVector left, TVector right);

    /// <summary>left - right.</summary>
    static abstract TVector Subtract(TVector left, TVector right);

    /// <summary>left * right.</summary>
    static abstract TVector Multiply(TVector left, TVector right);

    /// <summary>left / right, correctly rounded.</summary>
    static abstract TVector Divide(TVector left, TVector right);

    /// <summary>
    /// left * right + addend: rounded once where the processor has a fused multiply-add, else twice. Never slow: the
    /// fused operation is not emulated.
    /// </summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    /// <summary>The square root, correctly rounded.</summary>
    static abstract TVector Sqrt(TVector value);

    /// <summary>The magnitude.</summary>
    static abstract TVector Abs(TVector value);

    /// <summary>The larger of each pair; NaN where either is NaN.</summary>
    static abstract TVector Max(TVector left, TVector right);

    /// <summary>The smaller of each pair; NaN where either is NaN.</summary>
    static abstract TVector Min(TVector left, TVector right);

    /// <summary>The mask of left &gt; right; false where either is NaN.</summary>
    static abstract TVector GreaterThan(TVector left, TVector right);

    /// <summary>Lanes of <paramref name="whenSet"/> where the mask is set, of <paramref name="whenClear"/> elsewhere.</summary>
    static abstract TVector Select(TVector mask, TVector whenSet, TVector whenClear);

    /// <summary>The nearest whole number, halves to even.</summary>
    static abstract TVector Round(TVector value);

    /// <summary>
    /// value * 2^exponent by adding to the exponent bits: <paramref name="exponent"/> holds whole numbers, and value and
    /// result must be normal numbers, which is the caller's to see to.
    /// </summary>
    static abstract TVector ScaleByPowerOfTwo(TVector value, TVector exponent);

    /// <summary>The sum of all lanes, in an order that is fixed for a width.</summary>
    static abstract float Sum(TVector value);
}
