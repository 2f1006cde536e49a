using static System.FormattableString;

namespace Batchwise.Images;

/// <summary>An entry of a tar archive.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Type">What it is, as its header has it: 0 a file, 5 a folder, and so on.</param>
/// <param name="Length">How many bytes its contents have.</param>
readonly record struct TarMember(string Path, char Type, long Length)
{
    /// <summary>Whether it is a folder; the oldest archives mark one by its path alone.</summary>
    public bool IsFolder => Type == '5' || (Type == '0' && Path.EndsWith('/'));

    /// <summary>Whether it is a file with its contents.</summary>
    public bool IsFile => Type is '0' or '7' && !IsFolder;
}

/// <summary>
/// Reads a tar archive (V7, ustar, GNU, pax) from front to end. Every header is held to its checksum, an extended header to a size that no real
/// one has, and the archive to an end with nothing behind it. The base library's reader looks at none of these.
/// </summary>
/// <param name="stream">The archive, at its start.</param>
/// <param name="name">What messages call it.</param>
sealed class TarReader(Stream stream, string name)
{
    private const int MostHeaderBytes = 1 << 20;

    // More than any disk holds, and few enough that sums of lengths are no overflow.
    private const long MostLength = 1L << 60;

    private readonly byte[] block = new byte[TarHeader.Size];
    private PaxRecords global;
    private long left, padding;

    /// <summary>How many bytes of the stream have been read or passed over.</summary>
    public long Position { get; private set; }

    /// <summary>The next entry; null at the end.</summary>
    /// <exception cref="InvalidDataException">The archive is damaged, cut off, or goes on behind its end.</exception>
    public TarMember? Next()
    {
        Skip(left + padding);
        var (special, longName) = (default(PaxRecords), (string?)null);
        while (true)
        {
            Fill(block);
            var header = new TarHeader(block);
            if (header.IsEnd)
            {
                RequireNothingBehind();
                return null;
            }
            if (!header.HasItsSum)
                throw WrongSum(header);
            var length = header.ContentLength ?? throw Damaged();
            switch (header.Type)
            {
                case 'x' or 'X':
                    special = (PaxRecords.Read(Extension(length)) ?? throw Damaged()).Else(special);
                    break;
                case 'g':
                    global = (PaxRecords.Read(Extension(length)) ?? throw Damaged()).Else(global);
                    break;
                case 'L':
                    longName = TarHeader.Text(Extension(length));
                    break;
                case 'K':
                    Extension(length);
                    break;
                default:
                    var pax = special.Else(global);
                    return Member(pax.Path ?? longName ?? header.Path, header.Type, pax.Length ?? length, pax.IsSparse);
            }
        }
    }

    /// <summary>The contents of the entry that came last; may be asked for once.</summary>
    public byte[] Contents()
    {
        var bytes = new byte[left];
        Fill(bytes);
        left = 0;
        return bytes;
    }

    /// <summary>The refusal of an archive that cannot be read to its end.</summary>
    public InvalidDataException Damaged(Exception? error = null) =>
        new($"{name} is no whole tar archive, plain or compressed by gzip: it is cut off, damaged or of another format, so get it again.", error);

    private TarMember Member(string path, char type, long length, bool isSparse)
    {
        if (type == 'S' || isSparse)
            throw new InvalidDataException($"{ShownName.Of(path)} in {name} is a file with holes, which is not read: make the archive anew without --sparse.");
        if (length > MostLength)
            throw Damaged();
        // Links, devices, folders and pipes have no contents, whatever length they state.
        left = type is >= '1' and <= '6' ? 0 : length;
        padding = (TarHeader.Size - left % TarHeader.Size) % TarHeader.Size;
        return new(path, type, left);
    }

    private byte[] Extension(long length)
    {
        if (length > MostHeaderBytes)
            throw new InvalidDataException(Invariant($"A header in {name} announces a name or other details of {length} bytes, more than the {MostHeaderBytes} that are read: it is damaged or made to fill memory, so get it again."));
        var bytes = new byte[length];
        Fill(bytes);
        Skip((TarHeader.Size - length % TarHeader.Size) % TarHeader.Size);
        return bytes;
    }

    private InvalidDataException WrongSum(TarHeader header) => Position == TarHeader.Size
        ? Damaged()
        : new($"{name} is damaged: the header of an entry that it calls {ShownName.Of(header.Path)} does not have the checksum that it states, so get the archive again.");

    private void RequireNothingBehind()
    {
        var rest = new byte[1 << 16];
        int read;
        while ((read = Read(rest)) > 0)
            if (rest.AsSpan(0, read).ContainsAnyExcept((byte)0))
                throw new InvalidDataException($"{name} goes on behind its end: it is several archives in one file, or damaged. Unpack it (tar --ignore-zeros) and make one archive of all.");
    }

    private void Fill(Span<byte> bytes)
    {
        for (var filled = 0; filled < bytes.Length;)
        {
            var read = Read(bytes[filled..]);
            filled += read > 0 ? read : throw Damaged();
        }
    }

    private void Skip(long count)
    {
        if (stream.CanSeek)
        {
            if (count > stream.Length - stream.Position)
                throw Damaged();
            stream.Position += count;
            Position += count;
            return;
        }
        var rest = new byte[Math.Min(count, 1 << 16)];
        for (; count > 0; count -= rest.Length)
            Fill(rest.AsSpan(0, (int)Math.Min(count, rest.Length)));
    }

    private int Read(Span<byte> bytes)
    {
        try
        {
            var read = stream.Read(bytes);
            Position += read;
            return read;
        }
        catch (InvalidDataException error)
        {
            throw Damaged(error);
        }
    }
}
