using System.Buffers.Binary;

namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>Changes an input; may return it as it is where the change does not apply.</summary>
/// <param name="input">The input, which stays as it is.</param>
/// <param name="random">What decides.</param>
delegate byte[] Mutation(byte[] input, FuzzRandom random);

/// <summary>Mutations that know nothing of a format.</summary>
static class ByteMutations
{
    private const int LongestRun = 64;

    /// <summary>All of them but for the splice, which needs a second input.</summary>
    public static IReadOnlyList<Mutation> All { get; } = [FlipBit, ReplaceByte, Overwrite, Insert, Delete, Duplicate, Truncate];

    /// <summary>The start of one input and the end of another.</summary>
    public static byte[] Splice(byte[] first, byte[] second, FuzzRandom random) =>
        [.. first.AsSpan(0, random.Below(first.Length + 1)), .. second.AsSpan(random.Below(second.Length + 1))];

    private static byte[] FlipBit(byte[] input, FuzzRandom random) =>
        Change(input, copy => copy[random.Below(copy.Length)] ^= (byte)(1 << random.Below(8)));

    private static byte[] ReplaceByte(byte[] input, FuzzRandom random) =>
        Change(input, copy => copy[random.Below(copy.Length)] = (byte)random.Next());

    private static byte[] Overwrite(byte[] input, FuzzRandom random) => Change(input, copy =>
    {
        Span<byte> value = stackalloc byte[sizeof(long)];
        if (random.OneIn(2))
            BinaryPrimitives.WriteInt64LittleEndian(value, random.Of(ExtremeNumbers.Whole));
        else
            BinaryPrimitives.WriteInt64BigEndian(value, random.Of(ExtremeNumbers.Whole));
        // Of a big-endian number the low bytes are the last ones: either end of the eight is a number of that width.
        var width = 1 << random.Below(4);
        var part = random.OneIn(2) ? value[..width] : value[^width..];
        var at = random.Below(copy.Length);
        part = part[..Math.Min(width, copy.Length - at)];
        part.CopyTo(copy.AsSpan(at));
    });

    private static byte[] Insert(byte[] input, FuzzRandom random)
    {
        var at = random.Below(input.Length + 1);
        var added = new byte[1 + random.Below(LongestRun)];
        var value = random.OneIn(2) ? (byte)random.Next() : (byte?)null;
        for (var i = 0; i < added.Length; i++)
            added[i] = value ?? (byte)random.Next();
        return [.. input.AsSpan(0, at), .. added, .. input.AsSpan(at)];
    }

    private static byte[] Delete(byte[] input, FuzzRandom random)
    {
        var (at, length) = Run(input, random);
        return [.. input.AsSpan(0, at), .. input.AsSpan(at + length)];
    }

    private static byte[] Duplicate(byte[] input, FuzzRandom random)
    {
        var (at, length) = Run(input, random);
        return [.. input.AsSpan(0, at + length), .. input.AsSpan(at)];
    }

    private static byte[] Truncate(byte[] input, FuzzRandom random) => input[..random.Below(input.Length + 1)];

    private static (int At, int Length) Run(byte[] input, FuzzRandom random)
    {
        var at = random.Below(input.Length + 1);
        return (at, Math.Min(input.Length - at, 1 + random.Below(LongestRun)));
    }

    private static byte[] Change(byte[] input, Action<byte[]> change)
    {
        if (input.Length == 0)
            return input;
        byte[] copy = [.. input];
        change(copy);
        return copy;
    }
}
