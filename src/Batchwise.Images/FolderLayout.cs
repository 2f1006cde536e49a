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
    public const string Train = "train", Test = "test", Validation = "validation";

    private const int MostListed = 20;

    private const string Expected = "expected train/CLASS/image and test/CLASS/image, or CLASS/image";

    private FolderLayout(ImmutableArray<string> classes, ImmutableDictionary<string, ImmutableArray<LayoutImage>> sets) => (Classes, Sets) = (classes, sets);

    /// <summary>The classes' names: those given, else the folders', in ordinal order; of names that differ only in their Unicode form the first.</summary>
    public ImmutableArray<string> Classes { get; }

    /// <summary>The images of each set, in the ordinal order of their paths; train and test are always there.</summary>
    public ImmutableDictionary<string, ImmutableArray<LayoutImage>> Sets { get; }

    /// <summary>How many images there are.</summary>
    public int Count => Sets.Values.Sum(images => images.Length);

    /// <exception cref="InvalidDataException">The folders are not as they should be.</exception>
    public static FolderLayout Read(ImageSource source, ImageFolderOptions options, CancellationToken cancellationToken)
    {
        // By paths without ./, so that the order is the same however an archive was made.
        var images = new SortedDictionary<string, (string Path, string[] Parts)>(StringComparer.Ordinal);
        var folders = new List<string[]>();
        foreach (var entry in source.Entries(contents: false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var parts = Parts(source, entry.Path);
            if (entry.IsFolder)
                folders.Add(parts);
            else if (!images.TryAdd(string.Join('/', parts), (entry.Path, parts)))
                throw new InvalidDataException($"{entry.Path} stands twice in {source.Name}: make the archive anew.");
        }
        if (images.Count == 0)
            throw new InvalidDataException($"{source.Name} holds no JPEG, PNG or BMP image: {Expected}.");
        var top = TopFolders([.. images.Values.Select(image => image.Parts)]);
        var isSplit = images.Values.Any(image => image.Parts.Length - top == 3);
        var placed = images.Values.Select(image => Place(source, image.Path, image.Parts.AsSpan(top), isSplit)).ToList();
        RequireImages(source, folders.Where(parts => parts.Length - top == (isSplit ? 2 : 1)).Select(parts => string.Join('/', parts[top..])), placed, isSplit);
        return Sort(source, placed, options);
    }

    // ./a/b and a/b are the same; what leads out of the source is refused, though nothing is ever written.
    private static string[] Parts(ImageSource source, string path)
    {
        var parts = path.Split('/').Where(part => part is not ("" or ".")).ToArray();
        return path.StartsWith('/') || parts.Contains("..")
            ? throw new InvalidDataException($"{path} in {source.Name} leads out of it: make the archive anew, from within its folder.")
            : parts;
    }

    // Folders that hold all there is, as an archive of one folder has them, say nothing.
    private static int TopFolders(IReadOnlyList<string[]> images)
    {
        var first = images[0];
        for (var top = 0; ; top++)
            if (images.Any(parts => parts.Length - top < 3 || parts[top] != first[top]) || SetOf(first[top]) is not null)
                return top;
    }

    private static string? SetOf(string folder) => folder.ToUpperInvariant() switch
    {
        "TRAIN" => Train,
        "TEST" => Test,
        "VAL" or "VALIDATION" => Validation,
        _ => null,
    };

    private static (string Path, string Set, string Class, string Key) Place(ImageSource source, string path, ReadOnlySpan<string> parts, bool isSplit)
    {
        if (parts.Length != (isSplit ? 3 : 2))
            throw new InvalidDataException($"{path} in {source.Name} lies in no class folder, or too deep: {Expected}.");
        var set = isSplit ? SetOf(parts[0]) : Train;
        return set is null
            ? throw new InvalidDataException($"{path} in {source.Name} lies in the folder {parts[0]}, which is none of train, test, val and validation: {Expected}.")
            : (path, set, parts[^2], $"{parts[^2]}/{parts[^1]}");
    }

    private static void RequireImages(ImageSource source, IEnumerable<string> classFolders, List<(string Path, string Set, string Class, string Key)> placed, bool isSplit)
    {
        var full = placed.Select(image => isSplit ? $"{image.Set}/{image.Class}" : image.Class).ToHashSet(StringComparer.Ordinal);
        foreach (var folder in classFolders.Order(StringComparer.Ordinal))
        {
            var name = isSplit && folder.Split('/') is [var split, var inner] ? $"{SetOf(split)}/{inner}" : folder;
            if (!full.Contains(name))
                throw new InvalidDataException($"The class folder {folder} in {source.Name} holds no image: put some into it, or remove it.");
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
        ImmutableArray<string> classes = !options.ClassNames.IsEmpty
            ? options.ClassNames
            : [.. all.Where(image => image.Set == Train).Select(image => image.Class).Order(StringComparer.Ordinal).Distinct(ClassNameComparer.Instance)];
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

    // By each image's path alone, but for the last image of a class: the one with the largest sum is always trained on.
    private static HashSet<string> HeldOut(List<(string Path, string Set, string Class, string Key)> placed, double share)
    {
        var heldOut = new HashSet<string>(StringComparer.Ordinal);
        foreach (var images in placed.GroupBy(image => image.Class, ClassNameComparer.Instance))
            heldOut.UnionWith(images.Select(image => (image.Key, Sum: Sum(image.Key))).OrderByDescending(image => image.Sum).Skip(1)
                .Where(image => image.Sum < share * Math.Pow(2, 64)).Select(image => image.Key));
        return heldOut;
    }

    private static ulong Sum(string key) => BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
