using System.Buffers.Binary;
using System.Text;

namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>Mutations of a tar archive's headers, whose sums are mended.</summary>
static class TarMutations
{
    private const int Block = 512, SizeAt = 124, SumAt = 148, SumLength = 8, TypeAt = 156;

    // Name, mode, owner, group, size, time, type, target of a link, mark of the format, owner's name, folder.
    private static readonly IReadOnlyList<(int At, int Length)> Fields =
        [(0, 100), (100, 8), (108, 8), (116, 8), (SizeAt, 12), (SizeAt, 12), (136, 12), (TypeAt, 1), (TypeAt, 1), (157, 100),
            (257, 8), (265, 32), (345, 155)];

    private static readonly IReadOnlyList<string> Kinds = ["0", "1", "2", "3", "5", "6", "7", "x", "g", "L", "K", "S", "\0", "V"];

    private static readonly IReadOnlyList<string> Names =
        ["../../x.png", "/x.png", "a/b/c/d.png", "train/one/x.png", "one/x.jpg", "test/one/a.png", "x", "", ".", "..",
            "one//x.png", "one/\u00e9.png", "one/x.png/", "one\\x.png"];

    /// <summary>
    /// The archive with one name for all extended headers: the writer of .NET puts the number of its process into them.
    /// </summary>
    public static byte[] WithoutProcess(byte[] archive)
    {
        byte[] copy = [.. archive];
        foreach (var (at, _) in Headers(copy))
        {
            var header = copy.AsSpan(at, Block);
            if (header[TypeAt] != 'x')
                continue;
            Text(header[..100], "PaxHeaders/entry");
            Mend(header);
        }
        return copy;
    }

    /// <summary>One change of a header; what holds none stays as it is.</summary>
    public static byte[] Change(byte[] archive, FuzzRandom random)
    {
        var headers = Headers(archive);
        if (headers.Count == 0)
            return archive;
        var (at, end) = random.Of(headers);
        switch (random.Below(8))
        {
            case 0:
                return [.. archive.AsSpan(0, at), .. archive.AsSpan(end)];
            case 1:
                return [.. archive.AsSpan(0, end), .. archive.AsSpan(at)];
            case 2:
                return Contents(archive, at, end, random);
            default:
                byte[] copy = [.. archive];
                Field(copy.AsSpan(at, Block), random);
                Mend(copy.AsSpan(at, Block));
                return copy;
        }
    }

    private static void Field(Span<byte> header, FuzzRandom random)
    {
        var (at, length) = random.Of(Fields);
        var field = header.Slice(at, length);
        if (length == 1)
            field[0] = (byte)random.Of(Kinds)[0];
        else if (length == 12 && random.OneIn(3))
        {
            // Numbers may stand in the base 256, marked by the highest bit.
            field.Clear();
            BinaryPrimitives.WriteInt64BigEndian(field[4..], random.Of(ExtremeNumbers.Whole));
            field[0] = 0x80;
        }
        else if (length is 8 or 12 && random.OneIn(2))
            Text(field, Convert.ToString(random.Of(ExtremeNumbers.Whole), 8));
        else if (random.OneIn(2))
            Text(field, random.Of(Names));
        else if (random.Of(ByteMutations.All)(field.ToArray(), random) is var changed)
            Text(field, Encoding.Latin1.GetString(changed));
    }

    private static void Text(Span<byte> field, string text)
    {
        field.Clear();
        Encoding.UTF8.GetBytes(text).AsSpan().Slice(0, Math.Min(field.Length, Encoding.UTF8.GetByteCount(text))).CopyTo(field);
    }

    /// <summary>Bytes of an entry's contents change, and their number stays.</summary>
    private static byte[] Contents(byte[] archive, int at, int end, FuzzRandom random)
    {
        byte[] copy = [.. archive];
        if (end > at + Block)
            copy[at + Block + random.Below(end - at - Block)] = (byte)random.Next();
        return copy;
    }

    private static void Mend(Span<byte> header)
    {
        header.Slice(SumAt, SumLength).Fill((byte)' ');
        var sum = 0;
        foreach (var value in header)
            sum += value;
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0')).CopyTo(header[SumAt..]);
        header[SumAt + 6] = 0;
    }

    private static List<(int Start, int End)> Headers(byte[] archive)
    {
        var (headers, at) = (new List<(int, int)>(), 0);
        while (at + Block <= archive.Length && archive[at] != 0)
        {
            var size = 0L;
            foreach (var digit in archive.AsSpan(at + SizeAt, 11))
                size = digit is >= (byte)'0' and <= (byte)'7' ? size * 8 + digit - '0' : size;
            var end = (int)Math.Min(archive.Length, at + Block + (size + Block - 1) / Block * Block);
            headers.Add((at, end));
            at = end;
        }
        return headers;
    }
}
