namespace Batchwise.Images;

/// <summary>A folder on disk.</summary>
sealed class FolderSource(string path) : ImageSource(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))))
{
    // One more than any layout has, so that what lies too deep is found and named, but no circle of links is followed far.
    private static readonly EnumerationOptions All = new() { RecurseSubdirectories = true, MaxRecursionDepth = 5, AttributesToSkip = FileAttributes.None };

    public override IEnumerable<SourceEntry> Entries(bool contents)
    {
        foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos("*", All))
        {
            var relative = Path.GetRelativePath(path, entry.FullName).Replace(Path.DirectorySeparatorChar, '/');
            if (IsHidden(relative))
                continue;
            if (entry is FileInfo file && IsImage(relative))
                yield return new(relative, false, () => Read(file, relative));
            else if (entry is DirectoryInfo)
                yield return new(relative, true, Nothing);
        }
    }

    private byte[] Read(FileInfo file, string relative)
    {
        // Of a link, the length is that of what it leads to only once it is open.
        using var stream = file.OpenRead();
        if (stream.Length > MostBytes)
            throw TooLarge(relative, stream.Length);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
