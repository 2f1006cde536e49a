namespace Batchwise.Images;

/// <summary>Where images come from.</summary>
abstract class ImageSource(string name)
{
    // More than any image that is allowed to be decoded.
    protected const long MostBytes = 1L << 27;

    /// <summary>What to call it in messages: the name of the folder or file, without where it lies.</summary>
    public string Name { get; } = name;

    public static ImageSource Open(string path) => Directory.Exists(path) ? new FolderSource(path)
        : File.Exists(path) ? new TarSource(path)
        : throw new FileNotFoundException($"There is no folder or archive {path}: name a folder that holds class folders of images, or a .tar or .tar.gz of one.", path);

    /// <summary>All files and folders, in any order.</summary>
    /// <param name="contents">Whether the images' bytes will be asked for.</param>
    public abstract IEnumerable<SourceEntry> Entries(bool contents);

    /// <summary>Whether a file or folder of this name is one of those that file managers leave behind: .DS_Store, ._image.jpg, __MACOSX.</summary>
    public static bool IsHidden(string name) => (name.StartsWith('.') && name is not ("." or "..")) || name == "__MACOSX";

    protected static EntryKind KindOfFile(string path) => ImageEndings.IsRead(path) ? EntryKind.Image : EntryKind.Other;

    protected static bool IsHiddenPath(string path) => path.Split('/').Any(IsHidden);

    protected InvalidDataException TooLarge(string path, long length) => new(FormattableString.Invariant(
        $"{path} in {Name} has {length} bytes, more than the {MostBytes} that an image may have: remove or shrink it."));
}
