using System.Buffers.Binary;

namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>Mutations of the numbers at a file's beginning.</summary>
static class HeaderMutations
{
    /// <summary>An aligned 32-bit number among the first ones becomes an extreme one.</summary>
    /// <param name="offset">Where the first one is.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="bigEndian">The order of their bytes.</param>
    public static Mutation Numbers(int offset, int count, bool bigEndian) => (input, random) =>
    {
        var at = offset + sizeof(int) * random.Below(count);
        if (at + sizeof(int) > input.Length)
            return input;
        byte[] copy = [.. input];
        var value = (int)random.Of(ExtremeNumbers.Whole);
        if (bigEndian)
            BinaryPrimitives.WriteInt32BigEndian(copy.AsSpan(at), value);
        else
            BinaryPrimitives.WriteInt32LittleEndian(copy.AsSpan(at), value);
        return copy;
    };
}
