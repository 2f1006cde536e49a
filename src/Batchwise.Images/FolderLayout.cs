using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Batchwise.Images;

/// <summary>An image's place: its path within the source, and its class.</summary>
readonly record struct LayoutImage(string Path, int Class);

/// <summary>Which image belongs to which set and class, from the paths alone.</summary>
sealed class FolderLayout
{
    public const string Train = "train", Test = "test", Validation = "validation", Unlabelled = "unlabelled";

    public const string Expected = "expected train/CLASS/image and test/CLASS/image, or CLASS/image";

    private const int MostListed = 20;

    private FolderLayout(ImmutableArray<string> classes, ImmutableDictionary<string, ImmutableArray<LayoutImage>> sets) => (Classes, Sets) = (classes, sets);

    /// <summary>The classes' names: those given, else the folders', in ordinal order; of names that differ only in their Unicode form the first.</summary>
    public ImmutableArray<string> Classes { get; }

    /// <summary>The images of each set, in the ordinal order of their paths: test and perhaps train and validation, or unlabelled.</summary>
    public ImmutableDictionary<string, ImmutableArray<LayoutImage>> Sets { get; }

    /// <summary>How many images there are.</summary>
    public int Count => Sets.Values.Sum(images => images.Length);

    /// <exception cref="InvalidDataException">The folders are not as they should be.</exception>
    public static FolderLayout Read(SourceListing listing, ImageFolderOptions options)
    {
        var (source, images) = (listing.Source, listing.Images);
        var (top, isSplit) = Arrange(images);
        var placed = images.Select(image => Place(source, image.Path, image.Parts.AsSpan(top), isSplit)).ToList();
        RequireImages(listing, top, isSplit);
        return Sort(source, placed, options);
    }

    /// <summary>All images as one set, whatever folders they lie in.</summary>
    public static FolderLayout WithoutClasses(SourceListing listing) =>
        new([], ImmutableDictionary.CreateRange([KeyValuePair.Create(Unlabelled, listing.Images.Select(image => new LayoutImage(image.Path, 0)).ToImmutableArray())]));

    /// <summary>Whether the images lie in the folders of two or more classes, by which they are labelled.</summary>
    public static bool HasClasses(SourceListing listing)
    {
        var (top, isSplit) = Arrange(listing.Images);
        return listing.Images.Where(image => image.Parts.Length - top == (isSplit ? 3 : 2)).Select(image => image.Parts[^2]).Distinct().Skip(1).Any();
    }

    // How many folders stand above the rest, and whether the rest is divided into sets.
    private static (int Top, bool IsSplit) Arrange(ImmutableArray<ListedImage> images)
    {
        var top = TopFolders(images);
        return (top, IsSplit(images, top));
    }

    // Folders that hold all there is, as an archive of one folder has them, say nothing.
    private static int TopFolders(ImmutableArray<ListedImage> images)
    {
        var first = images[0].Parts;
        for (var top = 0; ; top++)
            if (images.Any(image => image.Parts.Length - top < 3 || image.Parts[top] != first[top]) || SetOf(first[top]) is not null)
                return top;
    }

    // Where all folders are called as sets are, they are no classes: images that lie in them directly are of none.
    private static bool IsSplit(ImmutableArray<ListedImage> images, int top) =>
        images.Any(image => image.Parts.Length - top == 3) || images.All(image => image.Parts.Length - top == 2 && SetOf(image.Parts[top]) is not null);

    private static string? SetOf(string folder) => folder.ToUpperInvariant() switch
    {
        "TRAIN" => Train,
        "TEST" => Test,
        "VAL" or "VALID" or "VALIDATION" => Validation,
        _ => null,
    };

    private static (string Path, string Set, string Class, string Key) Place(ImageSource source, string path, ReadOnlySpan<string> parts, bool isSplit)
    {
        if (parts.Length != (isSplit ? 3 : 2))
            throw new InvalidDataException($"{path} in {source.Name} lies in no class folder, or too deep: {Expected}.");
        var set = isSplit ? SetOf(parts[0]) : Train;
        return set is null
            ? throw new InvalidDataException($"{path} in {source.Name} lies in the folder {parts[0]}, which is none of train, test, val, valid and validation: {Expected}.")
            : (path, set, parts[^2], $"{parts[^2]}/{parts[^1]}");
    }

    // An empty folder is a set or a class that somebody counts on.
    private static void RequireImages(SourceListing listing, int top, bool isSplit)
    {
        var full = new HashSet<string>(StringComparer.Ordinal);
        foreach (var image in listing.Images)
            for (var length = top + 1; length < image.Parts.Length; length++)
                full.Add(string.Join('/', image.Parts[top..length]));
        foreach (var folder in listing.Folders.Where(parts => parts.Length > top).OrderBy(parts => string.Join('/', parts), StringComparer.Ordinal))
        {
            var isSet = isSplit && folder.Length - top == 1 && SetOf(folder[top]) is not null;
            var isClass = folder.Length - top == (isSplit ? 2 : 1) && (!isSplit || SetOf(folder[top]) is not null);
            var path = string.Join('/', folder[top..]);
            if ((isSet || isClass) && !full.Contains(path))
                throw new InvalidDataException($"The {(isSet ? "" : "class ")}folder {path} in {listing.Source.Name} holds no JPEG, PNG or BMP image: put some into it, or remove it.");
        }
    }

    private static FolderLayout Sort(ImageSource source, List<(string Path, string Set, string Class, string Key)> placed, ImageFolderOptions options)
    {
        var sets = placed.Select(image => image.Set).ToHashSet();
        // Who knows the classes needs no training images.
        if (!sets.Contains(Train) && options.ClassNames.IsEmpty)
            throw new InvalidDataException($"{source.Name} has no folder train beside {string.Join(", ", sets)}: {Expected}.");
        // One of the two is enough to test by; both keep their names.
        var only = sets.Contains(Test) ? Validation : Test;
        HashSet<string> heldOut = sets.Contains(Test) || sets.Contains(Validation) ? [] : HeldOut(placed, options.HeldOut);
        string SetFor(string set, string key) => set switch
        {
            Validation => only,
            Train when heldOut.Contains(key) => Test,
            _ => set,
        };
        var all = placed.Select(image => image with { Set = SetFor(image.Set, image.Key) }).ToList();
        // Where all images are held out, those that were training images tell the classes.
        ImmutableArray<string> classes = !options.ClassNames.IsEmpty
            ? options.ClassNames
            : [.. (options.HeldOut < 1 ? all : placed).Where(image => image.Set == Train).Select(image => image.Class).Order(StringComparer.Ordinal).Distinct(ClassNameComparer.Instance)];
        var number = classes.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i, ClassNameComparer.Instance);
        foreach (var image in all)
            if (!number.ContainsKey(image.Class))
                throw new InvalidDataException($"{image.Path} in {source.Name} is of the class {image.Class}, " + (options.ClassNames.IsEmpty
                    ? "of which there is no training image: put some there, or remove the class."
                    : $"which is none of those known ({Listed(classes)}): rename the class's folders, or remove them."));
        if (!all.Any(image => image.Set == Test))
            throw new InvalidDataException(FormattableString.Invariant($"None of the {all.Count} images of {source.Name} falls into the held-out share of {options.HeldOut}: give more images, a larger HeldOut, or a folder test."));
        return new(classes, all.GroupBy(image => image.Set).ToImmutableDictionary(
            set => set.Key, set => set.Select(image => new LayoutImage(image.Path, number[image.Class])).ToImmutableArray()));
    }

    private static string Listed(ImmutableArray<string> names) => names.Length <= MostListed
        ? string.Join(", ", names)
        : $"{string.Join(", ", names[..MostListed])} and {names.Length - MostListed} more";

    // By each image's path alone, but for the last image of a class: the one with the largest sum is always trained on, unless nothing is.
    private static HashSet<string> HeldOut(List<(string Path, string Set, string Class, string Key)> placed, double share)
    {
        if (share == 1)
            return placed.Select(image => image.Key).ToHashSet(StringComparer.Ordinal);
        var heldOut = new HashSet<string>(StringComparer.Ordinal);
        foreach (var images in placed.GroupBy(image => image.Class, ClassNameComparer.Instance))
            heldOut.UnionWith(images.Select(image => (image.Key, Sum: Sum(image.Key))).OrderByDescending(image => image.Sum).Skip(1)
                .Where(image => image.Sum < share * Math.Pow(2, 64)).Select(image => image.Key));
        return heldOut;
    }

    private static ulong Sum(string key) => BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
