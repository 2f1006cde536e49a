using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;

namespace Batchwise;

/// <summary>
/// Reads the IDX format: two zero bytes, a byte for the type, a byte for the number of dimensions, each dimension as a
/// big-endian 32-bit integer, then the values. Whatever the bytes are, the outcome is the array or an
/// <see cref="InvalidDataException"/> of one sentence.
/// </summary>
sealed class IdxReader
{
    private const byte UnsignedByte = 0x08;
    private const int MostDimensions = 4, Piece = 1 << 16;

    private readonly Stream contents;
    private readonly string name;
    private readonly byte[] header;
    private readonly ImmutableArray<int> dimensions;
    private readonly int size;

    private IdxReader(Stream contents, string name)
    {
        (this.contents, this.name) = (contents, name);
        header = ReadHeader();
        (dimensions, size) = Extents();
    }

    /// <summary>Reads all of a stream.</summary>
    /// <param name="stream">Seekable, at its start; raw or compressed.</param>
    /// <param name="name">The file's path, for the messages.</param>
    public static IdxFile Read(Stream stream, string name)
    {
        var (contents, compressed) = Gzip.Open(stream);
        // Leaves the stream itself open.
        using var decompression = compressed ? contents : null;
        var reader = new IdxReader(contents, name);
        reader.CheckLength(stream, compressed);
        var values = reader.ReadValues();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(reader.header);
        hash.AppendData(values);
        return new(name, reader.dimensions, values, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private byte[] ReadHeader()
    {
        var start = new byte[4];
        if (Fill(start) < 4)
            throw Invalid($"{name} is too short for an IDX file: get the file again.");
        if (start[0] != 0 || start[1] != 0)
            throw Invalid(
                $"{name} begins with {start[0]:X2} {start[1]:X2}, but an IDX file begins with 00 00: it is another format or a web page, so get the file again.");
        if (start[2] != UnsignedByte)
            throw Invalid(
                $"{name} holds values of type 0x{start[2]:X2} ({TypeName(start[2])}), but only unsigned bytes (0x08) are read: convert the file.");
        var rank = start[3];
        if (rank is 0 or > MostDimensions)
            throw Invalid($"{name} claims {rank} dimensions, but images have three and labels one: get the file again.");
        var extents = new byte[4 * rank];
        return Fill(extents) == extents.Length ? [.. start, .. extents] : throw Invalid($"{name} ends within its header: get the file again.");
    }

    private (ImmutableArray<int> Dimensions, int Size) Extents()
    {
        var extents = ImmutableArray.CreateBuilder<int>();
        long product = 1;
        for (var at = 4; at < header.Length; at += 4)
        {
            var extent = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(at));
            if (extent == 0)
                throw Invalid($"Dimension {extents.Count} of {name} is 0, so the file holds nothing: get the file again.");
            product *= extent;
            if (product > Array.MaxLength)
                throw Invalid(
                    $"The header of {name} announces more than {Array.MaxLength} values: it is damaged, so get the file again, or split what is really so large.");
            extents.Add((int)extent);
        }
        return (extents.ToImmutable(), (int)product);
    }

    // Before any memory is taken for the values: does the file hold as many as its header announces?
    private void CheckLength(Stream stream, bool compressed)
    {
        var whole = header.Length + (long)size;
        if (whole > (compressed ? (stream.Length + 1) * Gzip.MostExpansion : stream.Length))
            throw CutOff();
        if (compressed && !Gzip.EndsWithSize(stream, whole))
            throw WrongEnd();
        if (!compressed && whole < stream.Length)
            throw TooLong();
    }

    // The size at the end of compressed data is not that of the header; which of the two is wrong shows when the values are counted.
    private InvalidDataException WrongEnd()
    {
        var piece = new byte[Piece];
        long count = 0;
        int read;
        while (count <= size && (read = Fill(piece)) > 0)
            count += read;
        if (count != size)
            return count < size ? CutOff() : TooLong();
        return Invalid(
            $"{name} does not end as gzip data of one piece does: it is cut off, so get it again, or made of several pieces, so decompress it first.");
    }

    private byte[] ReadValues()
    {
        var values = GC.AllocateUninitializedArray<byte>(size);
        if (Fill(values) < size)
            throw CutOff();
        // Asking for one byte more also makes gzip check its own sum.
        return Fill(new byte[1]) == 0 ? values : throw TooLong();
    }

    private int Fill(Span<byte> buffer)
    {
        try
        {
            return contents.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException damaged)
        {
            throw new InvalidDataException($"{name} cannot be decompressed, because its gzip data is damaged or cut off: get the file again.", damaged);
        }
    }

    private InvalidDataException CutOff() =>
        Invalid(
            $"{name} is cut off: its header announces {size} values ({Text(dimensions)}), but fewer follow; get the file again.");

    private InvalidDataException TooLong() =>
        Invalid(
            $"{name} goes on after the {size} values ({Text(dimensions)}) that its header announces: it is damaged or more than one file, so get it again.");

    private static string Text(ImmutableArray<int> dimensions) =>
        string.Join(" x ", dimensions.Select(extent => extent.ToString(CultureInfo.InvariantCulture)));

    private static string TypeName(byte type) => type switch
    {
        0x09 => "signed bytes",
        0x0B => "16-bit integers",
        0x0C => "32-bit integers",
        0x0D => "32-bit floats",
        0x0E => "64-bit floats",
        _ => "unknown",
    };

    private static InvalidDataException Invalid(FormattableString sentence) => new(sentence.ToString(CultureInfo.InvariantCulture));
}
