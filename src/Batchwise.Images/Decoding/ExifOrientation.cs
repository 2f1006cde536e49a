using System.Buffers.Binary;

namespace Batchwise.Images;

/// <summary>Whether an image says, beside its pixels, that it is to be turned or mirrored before it is shown, as cameras do.</summary>
static class ExifOrientation
{
    private const byte Mark = 0xFF, Application = 0xE1, Scan = 0xDA, End = 0xD9;
    private const int Tag = 0x0112, EntrySize = 12, Upright = 1, LastTurn = 8;

    /// <param name="bytes">A JPEG or PNG file; others have no such field.</param>
    public static bool IsTurned(ReadOnlySpan<byte> bytes) => Read(Block(bytes)) is > Upright and <= LastTurn;

    private static ReadOnlySpan<byte> Block(ReadOnlySpan<byte> bytes) =>
        ImageDecoder.IsPng(bytes) ? PngFile.Contents(bytes, "eXIf"u8) : ImageDecoder.IsJpeg(bytes) ? InJpeg(bytes) : default;

    // A JPEG file has it in a segment before its first scan.
    private static ReadOnlySpan<byte> InJpeg(ReadOnlySpan<byte> bytes)
    {
        var title = "Exif\0\0"u8;
        for (var at = 2; at + 4 <= bytes.Length && bytes[at] == Mark;)
        {
            var mark = bytes[at + 1];
            if (mark == Mark)
            {
                at++;
                continue;
            }
            int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
            if (mark is Scan or End || length < 2 || at + 2 + length > bytes.Length)
                break;
            var contents = bytes.Slice(at + 4, length - 2);
            if (mark == Application && contents.StartsWith(title))
                return contents[title.Length..];
            at += 2 + length;
        }
        return default;
    }

    // TIFF: the order of bytes, the place of the first list, how many entries that has, and entries of twelve bytes.
    private static int? Read(ReadOnlySpan<byte> block)
    {
        if (block.Length < 8)
            return null;
        var little = block.StartsWith("II"u8);
        if (!little && !block.StartsWith("MM"u8))
            return null;
        var start = little ? BinaryPrimitives.ReadUInt32LittleEndian(block[4..]) : BinaryPrimitives.ReadUInt32BigEndian(block[4..]);
        if (start > block.Length - 2)
            return null;
        var list = block[(int)start..];
        var count = Short(list, little);
        for (var i = 0; i < count && 2 + EntrySize * (i + 1) <= list.Length; i++)
        {
            var entry = list.Slice(2 + EntrySize * i, EntrySize);
            if (Short(entry, little) == Tag)
                return Short(entry[8..], little);
        }
        return null;
    }

    private static int Short(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
