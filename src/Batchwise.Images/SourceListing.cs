using System.Collections.Immutable;

namespace Batchwise.Images;

/// <summary>An image in a listing.</summary>
/// <param name="Path">Its path as the source has it.</param>
/// <param name="Parts">The same, part by part, without those that say nothing.</param>
readonly record struct ListedImage(string Path, string[] Parts);

/// <summary>What a source holds, by the paths alone.</summary>
/// <param name="Source">The source.</param>
/// <param name="Images">The images, in the ordinal order of their paths without <c>./</c>: the same however an archive was made. At least one.</param>
/// <param name="Folders">The folders, each part by part.</param>
/// <param name="PassedOver">What is neither.</param>
sealed record SourceListing(ImageSource Source, ImmutableArray<ListedImage> Images, ImmutableArray<string[]> Folders, ImmutableArray<PassedOverFiles> PassedOver)
{
    /// <exception cref="InvalidDataException">There is no image, or a path makes no sense.</exception>
    public static SourceListing Read(ImageSource source, CancellationToken cancellationToken)
    {
        var images = new SortedDictionary<string, ListedImage>(StringComparer.Ordinal);
        var folders = ImmutableArray.CreateBuilder<string[]>();
        var passedOver = new PassedOverTally();
        foreach (var entry in source.Entries(contents: false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.Kind is not (EntryKind.Image or EntryKind.Folder))
            {
                passedOver.Add(entry);
                continue;
            }
            var parts = Parts(source, entry.Path);
            if (entry.Kind == EntryKind.Folder)
                folders.Add(parts);
            else if (!images.TryAdd(string.Join('/', parts), new(entry.Path, parts)))
                throw new InvalidDataException($"{entry.Path} stands twice in {source.Name}: make the archive anew.");
        }
        return images.Count > 0
            ? new(source, [.. images.Values], folders.ToImmutable(), passedOver.All)
            : throw new InvalidDataException($"{source.Name} holds no JPEG, PNG or BMP image{Only(passedOver.All)}: {FolderLayout.Expected}.");
    }

    private static string Only(ImmutableArray<PassedOverFiles> passedOver) => passedOver.IsEmpty ? "" : $", only {string.Join(", ", passedOver)}";

    // ./a/b and a/b are the same; what leads out of the source is refused, though nothing is ever written.
    private static string[] Parts(ImageSource source, string path)
    {
        if (!ShownName.IsText(path))
            throw new InvalidDataException($"{ShownName.Of(path)} in {source.Name} has a line break or another control character in its name, shown here by its number: rename the file or folder.");
        var parts = path.Split('/').Where(part => part is not ("" or ".")).ToArray();
        return path.StartsWith('/') || parts.Contains("..")
            ? throw new InvalidDataException($"{path} in {source.Name} leads out of it: make the archive anew, from within its folder.")
            : parts;
    }
}
