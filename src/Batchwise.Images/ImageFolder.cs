using System.Collections.Immutable;
using System.Security.Cryptography;
using static System.FormattableString;

namespace Batchwise.Images;

/// <summary>
/// Images in class folders, from a folder or a tar archive of one, plain or compressed by gzip: <c>train/CLASS/*.jpg</c> and
/// <c>test/CLASS/*.jpg</c> (or <c>val</c>, <c>valid</c>, <c>validation</c>), or <c>CLASS/*.jpg</c> alone, of which a part is held out. JPEG, PNG and BMP
/// are read, each by any of its usual endings; the classes are the folders, in ordinal order unless their names are given. An archive is streamed and never unpacked to disk.
/// </summary>
public static class ImageFolder
{
    // Classes are told apart by one byte each in the sum over the labels.
    private const int MostSummedClasses = 256;

    /// <summary>Reads all images, several at once; the outcome depends on the files alone, not on threads or the order in an archive.</summary>
    /// <param name="path">The folder, or the archive (.tar, .tar.gz, .tgz; what it is, is read from its first bytes).</param>
    /// <param name="options">Size, classes, held-out part, limits. Default: those of <see cref="ImageFolderOptions"/>.</param>
    /// <param name="progress">Is told about a hundred times how many images are read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The images as [height, width, 3], one byte a value, which reach a network as value / 255.</returns>
    /// <exception cref="ArgumentException">Of the options' height and width one alone is given.</exception>
    /// <exception cref="FileNotFoundException">There is neither a folder nor a file of that name.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be listed, or a file may not be read; the message names it and its permissions.</exception>
    /// <exception cref="InvalidDataException">The archive or an image is damaged, or the folders are not as they should be; the message names the file and what to do.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static ImageSets Load(
        string path, ImageFolderOptions? options = null, IProgress<ImageProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new();
        var listing = Listing(path, cancellationToken);
        var layout = FolderLayout.Read(listing, options);
        var read = Read(listing, layout, options, progress, cancellationToken);
        Dataset? Make(string set) => layout.Sets.TryGetValue(set, out var images)
            ? Describe(listing.Source, set, images, read.Pixels[set], read.Shape, layout.Classes)
            : null;
        var test = Make(FolderLayout.Test)!;
        return new(Make(FolderLayout.Train) ?? test, test, Make(FolderLayout.Validation), layout.Classes)
        {
            PassedOver = listing.PassedOver,
            Turned = read.Turned,
        };
    }

    /// <summary>
    /// Reads all images without labels, whatever folders they lie in, as <see cref="Model.Adapt"/> needs them: of a flat folder, of one folder
    /// in another, of class folders.
    /// </summary>
    /// <param name="path">The folder, or the archive.</param>
    /// <param name="options">Size and limits; classes and held-out part have no meaning here. Default: those of <see cref="ImageFolderOptions"/>.</param>
    /// <param name="progress">Is told about a hundred times how many images are read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The images as [height, width, 3], in the ordinal order of their paths.</returns>
    /// <exception cref="FileNotFoundException">There is neither a folder nor a file of that name.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be listed, or a file may not be read.</exception>
    /// <exception cref="InvalidDataException">The archive or an image is damaged, or there is no image; the message names the file and what to do.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static UnlabelledImages LoadUnlabelled(
        string path, ImageFolderOptions? options = null, IProgress<ImageProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var listing = Listing(path, cancellationToken);
        var layout = FolderLayout.WithoutClasses(listing);
        var read = Read(listing, layout, options ?? new(), progress, cancellationToken);
        var images = Describe(listing.Source, FolderLayout.Unlabelled, layout.Sets[FolderLayout.Unlabelled], read.Pixels[FolderLayout.Unlabelled], read.Shape, [FolderLayout.Unlabelled]);
        return new(new(images)) { PassedOver = listing.PassedOver, Turned = read.Turned };
    }

    /// <summary>
    /// Whether the images of a folder or archive are labelled: whether they lie in the folders of two or more classes. Those of a flat folder,
    /// or of one folder in another, are not. Only the paths are looked at.
    /// </summary>
    /// <param name="path">The folder, or the archive.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="FileNotFoundException">There is neither a folder nor a file of that name.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be listed, or the archive may not be read.</exception>
    /// <exception cref="InvalidDataException">The archive is damaged, or there is no image.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static bool HasLabels(string path, CancellationToken cancellationToken = default) => FolderLayout.HasClasses(Listing(path, cancellationToken));

    private static SourceListing Listing(string path, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return SourceListing.Read(ImageSource.Open(path), cancellationToken);
    }

    private static (Dictionary<string, byte[]> Pixels, Shape Shape, int Turned) Read(
        SourceListing listing, FolderLayout layout, ImageFolderOptions options, IProgress<ImageProgress>? progress, CancellationToken cancellationToken)
    {
        if (options.Height is null != options.Width is null)
            throw new ArgumentException("Height and Width are given together: give both, or Size.", nameof(options));
        var (height, width) = (options.Height, options.Width) is ({ } asked, { } wide) ? (asked, wide) : ImageSizes.Common(listing.Source, layout, options, cancellationToken);
        var shape = new Shape(height, width, ImageDecoder.Channels);
        var pixels = layout.Sets.ToDictionary(set => set.Key, set => Room(listing.Source, set.Value.Length, shape));
        var reading = new ImageReading(listing.Source, layout, options, shape, progress);
        reading.Into(pixels, cancellationToken);
        return (pixels, shape, reading.Turned);
    }

    private static byte[] Room(ImageSource source, int count, Shape shape) => (long)count * shape.Size <= Array.MaxLength
        ? new byte[count * shape.Size]
        : throw new InvalidDataException(Invariant($"{source.Name} holds {count} images, which at {shape} take more than the {Array.MaxLength} bytes that a data set can have: choose a smaller Size."));

    private static Dataset Describe(ImageSource source, string set, ImmutableArray<LayoutImage> images, byte[] pixels, Shape shape, ImmutableArray<string> classes)
    {
        var labels = images.Select(image => image.Class).ToArray();
        return Dataset.Own(
            pixels, labels, shape, classes.Length,
            $"images ({source.Name})",
            Invariant($"{images.Length} images of {source.Name} ({set}), decoded to {shape[0]} x {shape[1]} pixels."),
            Convert.ToHexStringLower(SHA256.HashData(pixels)),
            classes.Length <= MostSummedClasses ? Convert.ToHexStringLower(SHA256.HashData(Array.ConvertAll(labels, label => (byte)label))) : null,
            classes);
    }
}
