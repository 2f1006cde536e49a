namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>
/// Mutations of protobuf messages, of whatever kind. A field whose bytes read as a message counts as one, so that fields at any
/// depth are met, and the lengths around a changed field are mended.
/// </summary>
static class ProtobufMutations
{
    private const int Deepest = 12, LongestPacked = 64;

    private enum Wire
    {
        Varint = 0,
        Fixed64 = 1,
        Bytes = 2,
        Fixed32 = 5,
    }

    /// <summary>A field: its tag and contents, without the length where there is one.</summary>
    private readonly record struct Field(int Start, int Contents, int End, Wire Wire);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Mutation> All { get; } = [(message, random) => Change(message, random, 0)];

    /// <summary>Changes one field, at this depth or deeper.</summary>
    private static byte[] Change(byte[] message, FuzzRandom random, int depth)
    {
        if (Fields(message) is not { Count: > 0 } fields)
            return message;
        // The largest field holds most of the others.
        var field = random.OneIn(3) ? fields.MaxBy(other => other.End - other.Start) : random.Of(fields);
        var contents = Contents(message, field);
        if (field.Wire == Wire.Bytes && depth < Deepest && !random.OneIn(4) && Fields(contents) is { Count: > 0 })
            return WithContents(message, field, Change(contents, random, depth + 1));
        return random.Below(8) switch
        {
            0 => [.. message.AsSpan(0, field.Start), .. message.AsSpan(field.End)],
            1 => [.. message.AsSpan(0, field.End), .. message.AsSpan(field.Start)],
            2 => WithContents(message, field, Contents(message, random.Of(fields))),
            3 => Moved(message, field, random.Of(fields)),
            4 when field.Wire == Wire.Bytes =>
                [.. message.AsSpan(0, LengthAt(message, field)), .. Varint(random.Of(ExtremeNumbers.Whole)),
                .. message.AsSpan(field.Contents)],
            _ => WithContents(message, field, Value(contents, field.Wire, random)),
        };
    }

    private static byte[] Value(byte[] contents, Wire wire, FuzzRandom random) => wire switch
    {
        Wire.Varint => Varint(random.Of(ExtremeNumbers.Whole)),
        Wire.Fixed32 => BitConverter.GetBytes((int)random.Of(ExtremeNumbers.Whole)),
        Wire.Fixed64 => BitConverter.GetBytes(random.Of(ExtremeNumbers.Whole)),
        _ when contents.Length is > 0 and <= LongestPacked && random.OneIn(2) => Packed(contents, random),
        _ => ByteMutations.All[random.Below(ByteMutations.All.Count)](contents, random),
    };

    /// <summary>One of several packed numbers becomes another.</summary>
    private static byte[] Packed(byte[] contents, FuzzRandom random)
    {
        var (at, starts) = (0, new List<(int Start, int End)>());
        while (at < contents.Length && ReadVarint(contents, at) is var (_, end))
        {
            starts.Add((at, end));
            at = end;
        }
        if (starts.Count == 0)
            return contents;
        var one = random.Of(starts);
        return [.. contents.AsSpan(0, one.Start), .. Varint(random.Of(ExtremeNumbers.Whole)), .. contents.AsSpan(one.End)];
    }

    private static byte[] Moved(byte[] message, Field field, Field behind)
    {
        var one = message.AsSpan(field.Start..field.End);
        return behind.Start >= field.End
            ? [.. message.AsSpan(0, field.Start), .. message.AsSpan(field.End..behind.End), .. one, .. message.AsSpan(behind.End)]
            : [.. message.AsSpan(0, behind.Start), .. one, .. message.AsSpan(behind.Start..field.Start),
                .. message.AsSpan(field.End)];
    }

    private static byte[] WithContents(byte[] message, Field field, byte[] contents)
    {
        byte[] head = field.Wire == Wire.Bytes
            ? [.. message.AsSpan(field.Start..LengthAt(message, field)), .. Varint(contents.Length)]
            : message[field.Start..field.Contents];
        return [.. message.AsSpan(0, field.Start), .. head, .. contents, .. message.AsSpan(field.End)];
    }

    private static byte[] Contents(byte[] message, Field field) => message[field.Contents..field.End];

    private static int LengthAt(byte[] message, Field field) => ReadVarint(message, field.Start)!.Value.End;

    /// <summary>The fields of a message; null for what is none.</summary>
    private static List<Field>? Fields(byte[] message)
    {
        var (fields, at) = (new List<Field>(), 0);
        while (at < message.Length)
        {
            if (ReadVarint(message, at) is not var (tag, contents) || tag >> 3 is 0 or > 10_000)
                return null;
            long end;
            switch ((Wire)(tag & 7))
            {
                case Wire.Varint when ReadVarint(message, contents) is var (_, behind):
                    end = behind;
                    break;
                case Wire.Fixed64:
                    end = contents + sizeof(long);
                    break;
                case Wire.Fixed32:
                    end = contents + sizeof(int);
                    break;
                case Wire.Bytes when ReadVarint(message, contents) is var (length, behind)
                    && length <= (ulong)(message.Length - behind):
                    (contents, end) = (behind, behind + (int)length);
                    break;
                default:
                    return null;
            }
            if (end > message.Length)
                return null;
            fields.Add(new(at, contents, (int)end, (Wire)(tag & 7)));
            at = (int)end;
        }
        return fields;
    }

    private static (ulong Value, int End)? ReadVarint(byte[] bytes, int at)
    {
        var (value, shift) = (0UL, 0);
        while (at < bytes.Length && shift < 64)
        {
            var part = bytes[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return (value, at);
            shift += 7;
        }
        return null;
    }

    private static byte[] Varint(long number)
    {
        var bytes = new List<byte>();
        var left = (ulong)number;
        for (; left >= 0x80; left >>= 7)
            bytes.Add((byte)(left | 0x80));
        bytes.Add((byte)left);
        return [.. bytes];
    }
}
