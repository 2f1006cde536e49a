using System.Buffers.Binary;
using System.IO.Compression;

namespace Batchwise.Images;

/// <summary>
/// Whether a PNG file is whole, each chunk has the checksum that it states, and the data hold no more than the head announces. The decoder looks
/// at none of these, and takes a chunk's or the compressed data's word for how much memory to get.
/// </summary>
static class PngFile
{
    private const int Signature = 8, HeadLength = 13, Width = 16, Height = 20, BehindSize = 24;

    /// <summary>Height and width as the head has them; null where there is none. The decoder tells of no size that it finds too large.</summary>
    public static (uint Height, uint Width)? Size(ReadOnlySpan<byte> bytes) => bytes.Length >= BehindSize
        ? (BinaryPrimitives.ReadUInt32BigEndian(bytes[Height..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[Width..]))
        : null;

    /// <summary>The contents of the first chunk of a type; empty where there is none.</summary>
    public static ReadOnlySpan<byte> Contents(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> type)
    {
        PngChunk chunk;
        for (var at = Signature; (chunk = PngChunk.At(bytes[at..])).Length > 0; at += chunk.Length)
            if (chunk.Type.SequenceEqual(type))
                return chunk.Contents;
        return default;
    }

    public static bool IsSound(ReadOnlySpan<byte> bytes)
    {
        using var data = new MemoryStream();
        long expected = 0;
        PngChunk chunk;
        for (var at = Signature; (chunk = PngChunk.At(bytes[at..])).Length > 0; at += chunk.Length)
        {
            if (!chunk.HasItsSum)
                return false;
            if (at == Signature)
                expected = chunk.Type.SequenceEqual("IHDR"u8) && chunk.Contents.Length == HeadLength ? MostBytes(chunk.Contents) : 0;
            else if (chunk.Type.SequenceEqual("IDAT"u8))
                data.Write(chunk.Contents);
            else if (chunk.Type.SequenceEqual("IEND"u8))
                return expected > 0 && Inflates(data, expected);
        }
        return false;
    }

    // A byte before each row, and twice as much for the rows of an interlaced image; 0 for a head that makes no sense.
    private static long MostBytes(ReadOnlySpan<byte> head)
    {
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(head), BinaryPrimitives.ReadUInt32BigEndian(head[4..]));
        var samples = head[9] switch { 0 or 3 => 1, 2 => 3, 4 => 2, 6 => 4, _ => 0 };
        var row = 1 + ((long)width * samples * head[8] + 7) / 8;
        return samples == 0 || head[8] > 16 ? 0 : 2 * height * row + (1 << 12);
    }

    private static bool Inflates(MemoryStream data, long most)
    {
        data.Position = 0;
        using var inflated = new ZLibStream(data, CompressionMode.Decompress);
        var piece = new byte[1 << 13];
        try
        {
            int read;
            while ((read = inflated.Read(piece)) > 0)
                if ((most -= read) < 0)
                    return false;
            return true;
        }
        // Data that ask for a dictionary, which no PNG file has, are no invalid data to the library.
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            return false;
        }
    }
}
