namespace Batchwise.Images;

/// <summary>A folder on disk.</summary>
sealed class FolderSource(string path) : ImageSource(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))))
{
    // More than any layout has, so that what lies too deep is found and named, but no circle of links is followed far.
    private const int Deepest = 5;

    public override IEnumerable<SourceEntry> Entries(bool contents) => Entries(path, "", 0);

    private IEnumerable<SourceEntry> Entries(string folder, string within, int depth)
    {
        foreach (var entry in DiskReading.List(folder, depth == 0 ? Name : $"{within[..^1]} in {Name}"))
        {
            var relative = within + entry.Name;
            if (IsHidden(entry.Name))
            {
                yield return SourceEntry.Of(relative, EntryKind.Hidden);
            }
            else if (entry is FileInfo file)
            {
                RequireTarget(file, relative);
                yield return new(relative, KindOfFile(relative), () => Read(file, relative));
            }
            else
            {
                yield return SourceEntry.Of(relative, EntryKind.Folder);
                if (depth < Deepest)
                    foreach (var inner in Entries(entry.FullName, relative + '/', depth + 1))
                        yield return inner;
            }
        }
    }

    // What a link leads to may be a class folder: without it, images would be missing.
    private void RequireTarget(FileInfo file, string relative)
    {
        if (file.LinkTarget is not null && !DiskReading.IsThere(file.FullName))
            throw new InvalidDataException($"{relative} in {Name} is a link to nothing that this user may read: mend it, or remove it.");
    }

    private byte[] Read(FileInfo file, string relative)
    {
        using var stream = DiskReading.Open(file.FullName, relative);
        if (stream.Length > MostBytes)
            throw TooLarge(relative, stream.Length);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
