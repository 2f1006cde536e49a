using System.Numerics;

namespace Batchwise;

/// <summary>
/// Stored inputs to network inputs, on the way of every training step, so in vectors. A byte becomes byte / 255 by a
/// division, which is exact to the last bit where multiplying by 1 / 255 is not; with a threshold it becomes 0 or 1.
/// </summary>
static class PixelConversion
{
    /// <param name="source">Pixels: [n].</param>
    /// <param name="destination">Receives their values: [n].</param>
    /// <param name="threshold">The largest byte that becomes 0 while the others become 1; null to scale.</param>
    public static void Convert(ReadOnlySpan<byte> source, Span<float> destination, byte? threshold)
    {
        var i = 0;
        var quarter = Vector<float>.Count;
        for (; i <= source.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(source[i..]), out var low, out var high);
            Vector.Widen(low, out var first, out var second);
            Vector.Widen(high, out var third, out var fourth);
            var target = destination.Slice(i, Vector<byte>.Count);
            Values(first, threshold).CopyTo(target);
            Values(second, threshold).CopyTo(target[quarter..]);
            Values(third, threshold).CopyTo(target[(2 * quarter)..]);
            Values(fourth, threshold).CopyTo(target[(3 * quarter)..]);
        }
        for (; i < source.Length; i++)
            destination[i] = threshold is { } largest ? (source[i] > largest ? 1 : 0) : source[i] / 255f;
    }

    /// <param name="source">Values: [n].</param>
    /// <param name="destination">Receives them: [n].</param>
    /// <param name="threshold">Values above its <see cref="Cut"/> become 1, others 0; null to copy.</param>
    public static void Convert(ReadOnlySpan<float> source, Span<float> destination, byte? threshold)
    {
        if (threshold is not { } largest)
        {
            source.CopyTo(destination);
            return;
        }
        var cut = Cut(largest);
        for (var i = 0; i < source.Length; i++)
            destination[i] = source[i] > cut ? 1 : 0;
    }

    /// <summary>What parts the values of bytes up to a threshold from those above: halfway between the two.</summary>
    public static float Cut(byte threshold) => (threshold + 0.5f) / 255;

    private static Vector<float> Values(Vector<uint> pixels, byte? threshold) => threshold is { } largest
        ? Vector.ConditionalSelect(Vector.AsVectorSingle(Vector.GreaterThan(pixels, new Vector<uint>(largest))), Vector<float>.One, Vector<float>.Zero)
        : Vector.ConvertToSingle(Vector.AsVectorInt32(pixels)) / new Vector<float>(255f);
}
