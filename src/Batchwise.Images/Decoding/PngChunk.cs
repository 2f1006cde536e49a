using System.Buffers.Binary;

namespace Batchwise.Images;

/// <summary>A chunk of a PNG file: the length of its contents, four letters, the contents, and a checksum of letters and contents.</summary>
readonly ref struct PngChunk
{
    private const int TypeAt = 4, ContentsAt = 8, SumLength = 4;

    private readonly ReadOnlySpan<byte> bytes;

    private PngChunk(ReadOnlySpan<byte> bytes) => this.bytes = bytes;

    public ReadOnlySpan<byte> Type => bytes[TypeAt..ContentsAt];

    public ReadOnlySpan<byte> Contents => bytes[ContentsAt..^SumLength];

    /// <summary>How many bytes the chunk takes in the file; 0 of one that is not whole.</summary>
    public int Length => bytes.Length;

    /// <summary>Whether the checksum is that of the chunk.</summary>
    public bool HasItsSum => BinaryPrimitives.ReadUInt32BigEndian(bytes[^SumLength..]) == PngSum.Of(bytes[TypeAt..^SumLength]);

    /// <summary>The chunk that begins with these bytes; of length 0 where no whole one does.</summary>
    public static PngChunk At(ReadOnlySpan<byte> bytes)
    {
        var room = bytes.Length - ContentsAt - SumLength;
        return room >= 0 && BinaryPrimitives.ReadUInt32BigEndian(bytes) is var length && length <= room
            ? new(bytes[..(ContentsAt + (int)length + SumLength)])
            : default;
    }
}
