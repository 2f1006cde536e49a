using System.Formats.Tar;
using System.IO.Compression;

namespace Batchwise.Images;

/// <summary>A tar archive, read from front to end as often as it is asked for, with no more than one image in memory.</summary>
sealed class TarSource(string path) : ImageSource(Path.GetFileName(path))
{
    private const int Block = 512;

    public override IEnumerable<SourceEntry> Entries(bool contents)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        var compressed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        if (!compressed && !EndsAsTar(file))
            throw Damaged();
        file.Position = 0;
        using var unpacked = compressed ? new TailStream(new GZipStream(file, CompressionMode.Decompress), Block) : null;
        using var reader = new TarReader(unpacked ?? (Stream)file);
        while (Next(reader) is { } entry)
        {
            if (IsHidden(entry.Name))
                continue;
            if (entry.EntryType == TarEntryType.Directory)
                yield return new(entry.Name, true, Nothing);
            else if (IsImage(entry.Name))
                yield return Image(entry, contents);
        }
        // A plain archive was looked at before; a compressed one tells only at its own end that it is whole.
        if (unpacked is null)
            yield break;
        Guard(() =>
        {
            unpacked.CopyTo(Stream.Null);
            return true;
        });
        if (!unpacked.EndsInZeros)
            throw Damaged();
    }

    private SourceEntry Image(TarEntry entry, bool contents)
    {
        if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile))
            throw new InvalidDataException($"{entry.Name} in {Name} is a link or something else that holds no image: make the archive anew with links followed (tar --dereference --hard-dereference).");
        if (entry.Length > MostBytes)
            throw TooLarge(entry.Name, entry.Length);
        if (!contents)
            return new(entry.Name, false, Nothing);
        // Here and not when asked: the reader has gone on by then.
        var bytes = Guard(() =>
        {
            var all = new byte[entry.Length];
            entry.DataStream?.ReadExactly(all);
            return all;
        });
        return new(entry.Name, false, () => bytes);
    }

    private TarEntry? Next(TarReader reader) => Guard(() => reader.GetNextEntry());

    // An archive ends with blocks of zeros; without them it may end anywhere.
    private static bool EndsAsTar(FileStream file)
    {
        if (file.Length < Block || file.Length % Block != 0)
            return false;
        Span<byte> end = stackalloc byte[Block];
        file.Position = file.Length - Block;
        file.ReadExactly(end);
        return !end.ContainsAnyExcept((byte)0);
    }

    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            throw Damaged(error);
        }
    }

    private InvalidDataException Damaged(Exception? error = null) =>
        new($"{Name} is no whole tar archive, plain or compressed by gzip: it is cut off, damaged or of another format, so get it again.", error);
}
