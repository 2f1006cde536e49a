using System.Buffers.Binary;

namespace Batchwise.Images;

/// <summary>A BMP file's size, and whether it is whole: the decoder takes what is missing for zeros, and says nothing.</summary>
static class BitmapFile
{
    private const int Pixels = 10, HeadSize = 14, OldHead = 12, OldWidth = 18, OldHeight = 20, OldBits = 24, Width = 18, Height = 22, Bits = 28, Shortest = 32;

    /// <summary>Height and width; null where there is no head. A height below zero says that the rows stand from top to bottom, which the decoder's own look at the size does not know.</summary>
    public static (long Height, long Width)? Size(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Shortest)
            return null;
        return IsOld(bytes)
            ? (BinaryPrimitives.ReadUInt16LittleEndian(bytes[OldHeight..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[OldWidth..]))
            : (Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(bytes[Height..])), BinaryPrimitives.ReadInt32LittleEndian(bytes[Width..]));
    }

    // The pixels stand, uncompressed, from a place on that the head names; each row fills whole groups of four bytes.
    public static bool IsWhole(ReadOnlySpan<byte> bytes, int height, int width)
    {
        if (bytes.Length < Shortest)
            return false;
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(IsOld(bytes) ? OldBits : Bits)..]);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[Pixels..]) + ((long)width * bits + 31) / 32 * 4 * height <= bytes.Length;
    }

    private static bool IsOld(ReadOnlySpan<byte> bytes) => bytes[HeadSize] == OldHead;
}
