namespace Batchwise.Images;

/// <summary>A tar archive, read from front to end as often as it is asked for, with no more than one image in memory.</summary>
sealed class TarSource(string path) : ImageSource(Path.GetFileName(path))
{
    public override IEnumerable<SourceEntry> Entries(bool contents)
    {
        using var file = DiskReading.Open(path, path);
        var (unpacked, compressed) = Gzip.Open(file);
        // Leaves the file itself to its own closing.
        using var decompression = compressed ? unpacked : null;
        var reader = new TarReader(unpacked, Name);
        while (reader.Next() is { } member)
        {
            if (IsHiddenPath(member.Path))
                yield return SourceEntry.Of(member.Path, EntryKind.Hidden);
            else if (member.IsFolder)
                yield return SourceEntry.Of(member.Path, EntryKind.Folder);
            else if (KindOfFile(member.Path) == EntryKind.Image)
                yield return Image(reader, member, contents);
            else
                yield return SourceEntry.Of(member.Path, member.Type is '1' or '2' ? EntryKind.Link : EntryKind.Other);
        }
        if (compressed && !Gzip.EndsWithSize(file, reader.Position))
            throw new InvalidDataException($"{Name} does not end as gzip data of one piece does: it is cut off, so get it again, or something follows the first piece, so decompress it first (gzip -d).");
    }

    private SourceEntry Image(TarReader reader, TarMember member, bool contents)
    {
        if (!member.IsFile)
            throw new InvalidDataException($"{ShownName.Of(member.Path)} in {Name} is a link or something else that holds no image: make the archive anew with links followed (tar --dereference --hard-dereference).");
        if (member.Length > MostBytes)
            throw TooLarge(ShownName.Of(member.Path), member.Length);
        if (!contents)
            return SourceEntry.Of(member.Path, EntryKind.Image);
        // Here and not when asked: the reader has gone on by then.
        var bytes = reader.Contents();
        return new(member.Path, EntryKind.Image, () => bytes);
    }
}
