using System.Buffers.Binary;

namespace Batchwise.Images;

/// <summary>Whether a BMP file is whole: the decoder takes what is missing for zeros, and says nothing.</summary>
static class BitmapFile
{
    private const int Pixels = 10, HeadSize = 14, OldHead = 12, OldBits = 24, Bits = 28, Shortest = 32;

    // The pixels stand, uncompressed, from a place on that the head names; each row fills whole groups of four bytes.
    public static bool IsWhole(ReadOnlySpan<byte> bytes, int height, int width)
    {
        if (bytes.Length < Shortest)
            return false;
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(bytes[HeadSize] == OldHead ? OldBits : Bits)..]);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[Pixels..]) + ((long)width * bits + 31) / 32 * 4 * height <= bytes.Length;
    }
}
