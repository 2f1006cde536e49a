using System.Collections.Immutable;

namespace Batchwise.Images;

/// <summary>Counts what is passed over.</summary>
sealed class PassedOverTally
{
    private readonly SortedDictionary<string, int> counts = new(StringComparer.Ordinal);
    private readonly HashSet<string> hidden = new(StringComparer.Ordinal);

    /// <summary>What was counted, the most first.</summary>
    public ImmutableArray<PassedOverFiles> All =>
        [.. counts.Select(pair => new PassedOverFiles(pair.Key, pair.Value)).OrderByDescending(files => files.Count)];

    /// <param name="entry">Neither an image nor a folder.</param>
    public void Add(SourceEntry entry)
    {
        if (entry.Kind == EntryKind.Hidden && !hidden.Add(HiddenRoot(entry.Path)))
            return;
        var what = entry.Kind switch
        {
            EntryKind.Hidden => "hidden",
            EntryKind.Link => "links",
            _ => ImageEndings.Shown(entry.Path) ?? "others",
        };
        counts[what] = counts.GetValueOrDefault(what) + 1;
    }

    // The path down to what is hidden: an archive lists all that lies in it, a folder only itself.
    private static string HiddenRoot(string path)
    {
        var parts = path.Split('/').Where(part => part is not ("" or ".")).ToList();
        return string.Join('/', parts.Take(parts.FindIndex(ImageSource.IsHidden) + 1));
    }
}
