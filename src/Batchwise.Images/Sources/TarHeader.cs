using System.Text;

namespace Batchwise.Images;

/// <summary>The fields of a tar archive's header block that matter here; who owns an entry and when it was changed do not.</summary>
/// <param name="block">[512].</param>
readonly ref struct TarHeader(ReadOnlySpan<byte> block)
{
    public const int Size = 512;

    // The places and lengths of the fields, as POSIX (ustar) has them and all other kinds share them.
    private const int NameLength = 100, Length = 124, LengthLength = 12, Sum = 148, SumLength = 8, TypeFlag = 156, Magic = 257, Prefix = 345, PrefixLength = 155;

    private readonly ReadOnlySpan<byte> block = block;

    /// <summary>Whether this is the block of zeros that ends an archive.</summary>
    public bool IsEnd => !block.ContainsAnyExcept((byte)0);

    /// <summary>Whether the block has the checksum that it states: the sum of its bytes, with spaces in place of the sum. Some old programs summed signed bytes.</summary>
    public bool HasItsSum
    {
        get
        {
            var (unsigned, signed) = (0, 0);
            for (var i = 0; i < Size; i++)
            {
                var value = i is >= Sum and < Sum + SumLength ? (byte)' ' : block[i];
                unsigned += value;
                signed += (sbyte)value;
            }
            return Number(block.Slice(Sum, SumLength)) is { } stated && (stated == unsigned || stated == signed);
        }
    }

    /// <summary>What the entry is: 0 a file, 5 a folder, and so on.</summary>
    public char Type => block[TypeFlag] == 0 ? '0' : (char)block[TypeFlag];

    /// <summary>The length of the contents in bytes; null where the field is no number.</summary>
    public long? ContentLength => Number(block.Slice(Length, LengthLength));

    /// <summary>The path.</summary>
    public string Path
    {
        get
        {
            var name = Text(block[..NameLength]);
            // GNU's own kind has other things where ustar has the first part of a long path.
            var prefix = block.Slice(Magic, 6).SequenceEqual("ustar\0"u8) ? Text(block.Slice(Prefix, PrefixLength)) : "";
            return prefix.Length == 0 ? name : $"{prefix}/{name}";
        }
    }

    /// <summary>The text of a field, which a zero may end.</summary>
    public static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    // Octal digits behind spaces, up to a space or a zero, or, for what is too large for these, a first bit of 1 and then binary digits.
    private static long? Number(ReadOnlySpan<byte> field)
    {
        long number = 0;
        if (field[0] >= 0x80)
        {
            // The field of the checksum is only 8 bytes long, the mark among them.
            var digits = field[1..];
            var leading = Math.Max(0, digits.Length - sizeof(long));
            if (field[0] != 0x80 || digits[..leading].ContainsAnyExcept((byte)0))
                return null;
            foreach (var digit in digits[leading..])
                number = number << 8 | digit;
            return number < 0 ? null : number;
        }
        field = field.TrimStart((byte)' ');
        var end = field.IndexOfAny((byte)' ', (byte)0);
        foreach (var digit in end < 0 ? field : field[..end])
        {
            if (digit is < (byte)'0' or > (byte)'7')
                return null;
            number = number << 3 | (uint)(digit - '0');
        }
        return number;
    }
}
