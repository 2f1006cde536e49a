namespace Batchwise.Images;

/// <summary>A file or folder in a source.</summary>
/// <param name="Path">Within the source, with forward slashes.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
/// <param name="Read">Gives the file's bytes; may be called once, by any thread.</param>
readonly record struct SourceEntry(string Path, bool IsFolder, Func<byte[]> Read);

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

    /// <summary>All folders and images, in any order; hidden files and those of other types are passed over.</summary>
    /// <param name="contents">Whether the images' bytes will be asked for.</param>
    public abstract IEnumerable<SourceEntry> Entries(bool contents);

    protected static bool IsImage(string path) => Path.GetExtension(path).ToUpperInvariant() is ".JPG" or ".JPEG" or ".PNG" or ".BMP";

    // .DS_Store, ._image.jpg, __MACOSX: what file managers leave behind.
    protected static bool IsHidden(string path) => path.Split('/').Any(part => (part.StartsWith('.') && part is not ("." or "..")) || part == "__MACOSX");

    protected InvalidDataException TooLarge(string path, long length) => new(FormattableString.Invariant(
        $"{path} in {Name} has {length} bytes, more than the {MostBytes} that an image may have: remove or shrink it."));

    protected static byte[] Nothing() => [];
}
