namespace Batchwise.Images;

/// <summary>The height and width that images are brought to where none was asked for.</summary>
static class ImageSizes
{
    /// <summary>Those of the images if all are alike, else a small square.</summary>
    public static (int Height, int Width) Common(ImageSource source, FolderLayout layout, ImageFolderOptions options, CancellationToken cancellationToken)
    {
        var placed = layout.Sets.Values.SelectMany(images => images).Select(image => image.Path).ToHashSet(StringComparer.Ordinal);
        (int Height, int Width)? common = null;
        foreach (var entry in source.Entries(contents: true))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.Kind != EntryKind.Image || !placed.Contains(entry.Path))
                continue;
            var size = ImageDecoder.Size(entry.Path, entry.Read(), options.MaxPixels);
            common ??= size;
            if (size != common || Math.Max(size.Height, size.Width) > ImageFolderOptions.MostSize)
                return (ImageFolderOptions.SizeWhereMixed, ImageFolderOptions.SizeWhereMixed);
        }
        return common!.Value;
    }
}
