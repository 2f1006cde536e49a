using System.Globalization;
using System.Text;

namespace Batchwise.Images;

/// <summary>What an extended header (pax) says of the entry behind it, in place of that entry's own header.</summary>
/// <param name="Path">Its path; null where nothing is said.</param>
/// <param name="Length">The length of its contents; null where nothing is said.</param>
/// <param name="IsSparse">Whether its contents leave out what is zero.</param>
readonly record struct PaxRecords(string? Path, long? Length, bool IsSparse)
{
    /// <summary>These, and for what they do not say those of another header.</summary>
    public PaxRecords Else(PaxRecords other) => new(Path ?? other.Path, Length ?? other.Length, IsSparse || other.IsSparse);

    /// <summary>Reads records, each "LENGTH KEY=VALUE" with a line break behind it; the length is that of all of these, in bytes.</summary>
    /// <returns>Null where they are damaged.</returns>
    public static PaxRecords? Read(ReadOnlySpan<byte> bytes)
    {
        var all = default(PaxRecords);
        while (!bytes.IsEmpty)
        {
            var space = bytes.IndexOf((byte)' ');
            if (space < 1 || !int.TryParse(bytes[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || length <= space + 1 || length > bytes.Length || bytes[length - 1] != '\n')
                return null;
            var record = bytes[(space + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals < 0 || Take(all, record[..equals], record[(equals + 1)..]) is not { } more)
                return null;
            all = more;
            bytes = bytes[length..];
        }
        return all;
    }

    private static PaxRecords? Take(PaxRecords all, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.SequenceEqual("path"u8))
            return all with { Path = Encoding.UTF8.GetString(value) };
        if (key.SequenceEqual("size"u8))
            return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? all with { Length = length } : null;
        return key.StartsWith("GNU.sparse."u8) ? all with { IsSparse = true } : all;
    }
}
