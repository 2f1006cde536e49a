using System.Buffers.Binary;

namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>Mutations of a JPEG image's segments, whose lengths are mended.</summary>
static class JpegMutations
{
    private const byte StartOfScan = 0xDA;

    /// <summary>One change of a segment before the first scan's data; what is no JPEG image stays as it is.</summary>
    public static byte[] Change(byte[] image, FuzzRandom random)
    {
        var segments = Segments(image);
        if (segments.Count == 0)
            return image;
        var (start, end) = random.Of(segments);
        var segment = image.AsSpan(start..end);
        byte[] changed = random.Below(5) switch
        {
            0 => [],
            1 => [.. segment, .. segment],
            2 when random.Of(segments) is var (from, to) => [.. image.AsSpan(from..to), .. segment],
            _ => Segment(segment[1], random.Of(ByteMutations.All)(segment[4..].ToArray(), random)),
        };
        return [.. image.AsSpan(0, start), .. changed, .. image.AsSpan(end)];
    }

    private static byte[] Segment(byte mark, byte[] contents)
    {
        var length = Math.Min(contents.Length + 2, ushort.MaxValue);
        return [0xFF, mark, (byte)(length >> 8), (byte)length, .. contents.AsSpan(0, length - 2)];
    }

    private static List<(int Start, int End)> Segments(byte[] image)
    {
        var (segments, at) = (new List<(int, int)>(), 2);
        if (image is not [0xFF, 0xD8, ..])
            return segments;
        while (at + 4 <= image.Length && image[at] == 0xFF)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(image.AsSpan(at + 2));
            if (length < 2 || at + 2 + length > image.Length)
                break;
            segments.Add((at, at + 2 + length));
            if (image[at + 1] == StartOfScan)
                break;
            at += 2 + length;
        }
        return segments;
    }
}
