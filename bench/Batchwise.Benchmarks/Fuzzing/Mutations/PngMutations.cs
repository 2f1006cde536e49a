using System.Buffers.Binary;
using System.IO.Compression;

namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>Mutations of a PNG image's chunks, whose lengths and sums are mended.</summary>
static class PngMutations
{
    private const int Frame = 12, LengthAndType = 8;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(value =>
    {
        var sum = (uint)value;
        for (var bit = 0; bit < 8; bit++)
            sum = (sum & 1) == 0 ? sum >> 1 : (sum >> 1) ^ 0xEDB88320;
        return sum;
    })];

    /// <summary>How a PNG image begins.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>A chunk: length, type, contents, sum.</summary>
    public static byte[] Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> contents)
    {
        var chunk = new byte[Frame + contents.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, contents.Length);
        type.CopyTo(chunk.AsSpan(4));
        contents.CopyTo(chunk.AsSpan(LengthAndType));
        var sum = uint.MaxValue;
        foreach (var value in chunk.AsSpan(4, 4 + contents.Length))
            sum = Table[(byte)(sum ^ value)] ^ (sum >> 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), ~sum);
        return chunk;
    }

    /// <summary>Deflated bytes, as a PNG image's data are.</summary>
    public static byte[] Deflate(byte[] contents)
    {
        var data = new MemoryStream();
        using (var deflating = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
            deflating.Write(contents);
        return data.ToArray();
    }

    /// <summary>One change of an image's chunks; what is no PNG image stays as it is.</summary>
    public static byte[] Change(byte[] image, FuzzRandom random)
    {
        if (!image.AsSpan().StartsWith(Signature))
            return image;
        var chunks = Chunks(image);
        if (chunks.Count == 0)
            return image;
        var (start, end) = random.Of(chunks);
        var (type, contents) = (image[(start + 4)..(start + LengthAndType)], image[(start + LengthAndType)..(end - 4)]);
        var bytes = random.Of(ByteMutations.All);
        byte[] changed = random.Below(8) switch
        {
            0 => [],
            1 => [.. image.AsSpan(start..end), .. image.AsSpan(start..end)],
            2 => Chunk(bytes(type, random) is { Length: 4 } other ? other : type, contents),
            3 when random.Of(chunks) is var (from, to) => [.. image.AsSpan(from..to), .. image.AsSpan(start..end)],
            4 or 5 when type.AsSpan().SequenceEqual("IDAT"u8) && Inflate(contents) is { } rows =>
                Chunk(type, Deflate(bytes(rows, random))),
            _ => Chunk(type, bytes(contents, random)),
        };
        return [.. image.AsSpan(0, start), .. changed, .. image.AsSpan(end)];
    }

    private static byte[]? Inflate(byte[] data)
    {
        try
        {
            using var inflating = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
            var contents = new MemoryStream();
            inflating.CopyTo(contents);
            return contents.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static List<(int Start, int End)> Chunks(byte[] image)
    {
        var (chunks, at) = (new List<(int, int)>(), Signature.Length);
        while (at + Frame <= image.Length && BinaryPrimitives.ReadInt32BigEndian(image.AsSpan(at)) is var length && length >= 0
            && length <= image.Length - at - Frame)
        {
            chunks.Add((at, at + Frame + length));
            at += Frame + length;
        }
        return chunks;
    }
}
