namespace Batchwise.Kernels;

/// <summary>
/// What a maximum needs that remembers which value it was: places are whole numbers of 32 bits in the lanes of a vector, which
/// are moved and compared and nothing else.
/// </summary>
/// <typeparam name="TVector">Vector128, 256 or 512 of float.</typeparam>
internal unsafe interface IWinnerOperations<TVector> : IVectorOperations<TVector>
    where TVector : struct
{
    /// <summary>The mask of left &gt; right, where NaN is above all else: set where left is NaN and right is not.</summary>
    static abstract TVector Exceeds(TVector left, TVector right);

    /// <summary>All lanes the same place.</summary>
    static abstract TVector Place(int place);

    /// <summary>sum + value where the places are the same, the sum as it was elsewhere.</summary>
    static abstract TVector AddWhereSame(TVector sum, TVector places, TVector others, TVector value);

    /// <summary>Reads one byte per lane.</summary>
    static abstract TVector LoadBytes(byte* source);

    /// <summary>Writes the lowest byte of each lane.</summary>
    static abstract void StoreBytes(TVector places, byte* target);
}
