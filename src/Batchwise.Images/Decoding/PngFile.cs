using System.Buffers.Binary;
using System.IO.Compression;

namespace Batchwise.Images;

/// <summary>
/// Whether a PNG file is whole and holds no more than its head announces. The decoder takes a chunk's or the compressed data's word
/// for how much memory to get, so both are looked at first.
/// </summary>
static class PngFile
{
    private const int Signature = 8, Length = 4, Type = 4, Sum = 4, Head = 13;

    /// <summary>Height and width as the head has them; null where there is none. The decoder tells of no size that it finds too large.</summary>
    public static (uint Height, uint Width)? Size(ReadOnlySpan<byte> bytes) => bytes.Length >= Signature + Length + Type + Head
        ? (BinaryPrimitives.ReadUInt32BigEndian(bytes[(Signature + Length + Type + 4)..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[(Signature + Length + Type)..]))
        : null;

    public static bool IsSound(byte[] bytes)
    {
        using var data = new MemoryStream();
        long expected = 0;
        for (var at = Signature; bytes.Length - at >= Length + Type + Sum;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));
            var type = bytes.AsSpan(at + Length, Type);
            if (length > bytes.Length - at - (Length + Type + Sum))
                return false;
            var contents = bytes.AsSpan(at + Length + Type, (int)length);
            if (at == Signature)
                expected = type.SequenceEqual("IHDR"u8) && length == Head ? MostBytes(contents) : 0;
            else if (type.SequenceEqual("IDAT"u8))
                data.Write(contents);
            else if (type.SequenceEqual("IEND"u8))
                return expected > 0 && Inflates(data, expected);
            at += Length + Type + (int)length + Sum;
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
