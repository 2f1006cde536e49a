namespace Batchwise.Images;

/// <summary>A file or folder in a source.</summary>
/// <param name="Path">Within the source, with forward slashes.</param>
/// <param name="Kind">What it is taken for.</param>
/// <param name="Read">Gives an image's bytes; may be called once, by any thread.</param>
readonly record struct SourceEntry(string Path, EntryKind Kind, Func<byte[]> Read)
{
    /// <summary>An entry without bytes to read.</summary>
    public static SourceEntry Of(string path, EntryKind kind) => new(path, kind, () => []);
}

/// <summary>What an entry of a source is taken for.</summary>
enum EntryKind
{
    /// <summary>A file whose ending is that of an image which can be read.</summary>
    Image,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A file of another ending.</summary>
    Other,

    /// <summary>A file or folder that file managers hide, or what lies in such a folder.</summary>
    Hidden,

    /// <summary>A link of an archive, which names another entry or file.</summary>
    Link,
}
