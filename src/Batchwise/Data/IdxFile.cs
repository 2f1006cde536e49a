using System.Collections.Immutable;

namespace Batchwise;

/// <summary>
/// A file in the IDX format of MNIST: an array of unsigned bytes with its dimensions, raw or compressed by gzip (told by the
/// contents, not by the name). Every field of the header is checked before memory is taken. The values take as many bytes as the header
/// announces, up to 2 GB; a compressed file of 2 MB can hold so many, if they are all alike.
/// </summary>
public sealed class IdxFile
{
    internal IdxFile(string path, ImmutableArray<int> dimensions, byte[] values, string sha256) =>
        (FullName, Dimensions, Values, Sha256) = (path, dimensions, values, sha256);

    /// <summary>The file's name, without its folder.</summary>
    public string Name => Path.GetFileName(FullName);

    /// <summary>Where the file was read from, for messages.</summary>
    internal string FullName { get; }

    /// <summary>The extents, outermost first: [60000, 28, 28] for MNIST's training images.</summary>
    public ImmutableArray<int> Dimensions { get; }

    /// <summary>The SHA-256 of the uncompressed contents, header included, in lower-case hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>The values, the last dimension varying fastest.</summary>
    public ReadOnlySpan<byte> Bytes => Values;

    internal byte[] Values { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">Where it is.</param>
    /// <exception cref="InvalidDataException">It is no such file, damaged, cut off, or longer than its header says; the message tells what to do.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read; the message names its permissions.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public static IdxFile Read(string path)
    {
        using var stream = DiskReading.Open(path, path);
        return IdxReader.Read(stream, path);
    }

    /// <summary>Reads a file of images and the file of their labels: shape [rows, columns, 1].</summary>
    /// <param name="images">The path of an IDX file of three dimensions: count, rows, columns.</param>
    /// <param name="labels">The path of an IDX file of one dimension: a class for each image.</param>
    /// <param name="classes">
    /// The number of classes; null for one more than the largest label, where every class between the smallest and the largest must occur.
    /// </param>
    /// <exception cref="InvalidDataException">A file is unsound, their counts differ, or a label is out of range; the message tells what to do.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public static Dataset ReadExamples(string images, string labels, int? classes = null) =>
        Examples(Read(images), Read(labels), classes, "IDX data", null);

    /// <summary>Reads a file of images without labels, as <see cref="Model.Adapt"/> needs them: shape [rows, columns, 1].</summary>
    /// <param name="images">The path of an IDX file of three dimensions: count, rows, columns.</param>
    /// <exception cref="InvalidDataException">The file is unsound, or does not hold images; the message tells what to do.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read; the message names its permissions.</exception>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public static UnlabelledExamples ReadUnlabelled(string images)
    {
        var file = Read(images);
        if (file.Dimensions.Length != 3)
            throw Invalid($"{file.FullName} has {file.Dimensions.Length} dimension(s), but images have three: give a file of images.");
        return new(Dataset.Own(
            file.Values, new int[file.Dimensions[0]], ImageShape(file), 1, $"IDX data ({file.Name})", $"IDX file {file.Name}, without labels.", file.Sha256));
    }

    /// <param name="images">Three dimensions.</param>
    /// <param name="labels">One dimension.</param>
    /// <param name="classes">Null to count them.</param>
    /// <param name="name">The data set's.</param>
    /// <param name="source">The data set's; null to name the files.</param>
    internal static Dataset Examples(IdxFile images, IdxFile labels, int? classes, string name, string? source)
    {
        if (classes < 1)
            throw new ArgumentOutOfRangeException(nameof(classes), DatasetChecks.Text($"There cannot be {classes} classes: give one more than the largest label."));
        if (images.Dimensions.Length != 3)
            throw Invalid(
                $"{images.FullName} has {images.Dimensions.Length} dimension(s), but images have three: give the file of images first, that of labels second.");
        if (labels.Dimensions.Length != 1)
            throw Invalid(
                $"{labels.FullName} has {labels.Dimensions.Length} dimensions, but labels have one: give the file of images first, that of labels second.");
        if (images.Dimensions[0] != labels.Dimensions[0])
            throw Invalid(
                $"{images.FullName} holds {images.Dimensions[0]} images, but {labels.FullName} holds {labels.Dimensions[0]} labels: use two files that belong together.");
        var numbers = Array.ConvertAll(labels.Values, label => (int)label);
        var count = classes ?? CountClasses(numbers, labels.FullName);
        for (var i = 0; i < numbers.Length; i++)
            if (numbers[i] >= count)
                throw Invalid(
                    $"Label {numbers[i]} of example {i} in {labels.FullName} is not in [0, {count}): use the file that belongs to these classes, or get it again.");
        return Dataset.Own(images.Values, numbers, ImageShape(images), count, name, source ?? $"IDX files {images.Name} and {labels.Name}.", images.Sha256, labels.Sha256);
    }

    private static Shape ImageShape(IdxFile images) => new(images.Dimensions[1], images.Dimensions[2], 1);

    // A damaged label would otherwise add classes that no example shows.
    private static int CountClasses(int[] labels, string name)
    {
        Span<bool> occurs = stackalloc bool[byte.MaxValue + 1];
        foreach (var label in labels)
            occurs[label] = true;
        var (first, last) = (occurs.IndexOf(true), occurs.LastIndexOf(true));
        var gap = occurs[first..last].IndexOf(false);
        return gap < 0
            ? last + 1
            : throw Invalid(
                $"{name} has labels up to {last} but none is {first + gap}: get the file again, or, if no example is of that class, read the files by IdxFile.ReadExamples and say how many classes there are.");
    }

    private static InvalidDataException Invalid(FormattableString sentence) => new(DatasetChecks.Text(sentence));
}
