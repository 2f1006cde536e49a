using System.Buffers.Binary;
using System.IO.Compression;

namespace Batchwise;

/// <summary>Files that may be compressed or not, whatever their name says.</summary>
static class Gzip
{
    /// <summary>The most bytes that a byte of deflated data can stand for: 258 of them in two bits.</summary>
    public const int MostExpansion = 1032;

    /// <summary>The contents of a stream, uncompressed if they begin as gzip does (1F 8B).</summary>
    /// <param name="stream">Seekable, at its start; stays open.</param>
    public static (Stream Contents, bool Compressed) Open(Stream stream)
    {
        var compressed = stream.ReadByte() == 0x1F && stream.ReadByte() == 0x8B;
        stream.Position = 0;
        return (compressed ? new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true) : stream, compressed);
    }

    /// <summary>
    /// Whether a compressed stream ends as it should, with the size of its contents. The decompressor gives all bytes of a file
    /// whose last eight, the sum and the size, are cut off, and says nothing.
    /// </summary>
    /// <param name="stream">The compressed stream; it stays where it is.</param>
    /// <param name="size">How many bytes it gave.</param>
    public static bool EndsWithSize(Stream stream, long size)
    {
        Span<byte> end = stackalloc byte[4];
        var at = stream.Position;
        stream.Position = Math.Max(0, stream.Length - end.Length);
        var read = stream.ReadAtLeast(end, end.Length, throwOnEndOfStream: false);
        stream.Position = at;
        return read == end.Length && BinaryPrimitives.ReadUInt32LittleEndian(end) == (uint)size;
    }
}
