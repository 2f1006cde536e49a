using System.Collections.Immutable;
using static System.FormattableString;

namespace Batchwise.Images;

/// <summary>How images are read.</summary>
public sealed record ImageFolderOptions
{
    /// <summary>
    /// Height and width, in pixels, that every image is brought to: its middle square is resized by a triangle filter, which is bilinear
    /// where it enlarges and averages over what a pixel covers where it shrinks. Default: null, which keeps the images' own
    /// height and width if all are alike, and takes 32 if not. Sets <see cref="Height"/> and <see cref="Width"/>; null where they differ.
    /// </summary>
    public int? Size
    {
        get => Height == Width ? Height : null;
        init => (Height, Width) = (value, value);
    }

    /// <summary>
    /// The height, in pixels, where it is not the width: the largest middle part of an image that has these proportions is resized. It is given
    /// together with <see cref="Width"/>. Default: that of <see cref="Size"/>.
    /// </summary>
    public int? Height
    {
        get;
        init => field = Checked(value);
    }

    /// <summary>The width, in pixels, where it is not the height. It is given together with <see cref="Height"/>. Default: that of <see cref="Size"/>.</summary>
    public int? Width
    {
        get;
        init => field = Checked(value);
    }

    /// <summary>
    /// The classes in the order of their numbers, as those of a model's outputs (<see cref="Model.ClassNames"/>): folders are matched to them
    /// by name; some may be missing, and one that is none of them is refused. Test images alone will then do. Default: empty, which takes the
    /// folders in ordinal order.
    /// </summary>
    public ImmutableArray<string> ClassNames
    {
        get;
        init => field = value.IsDefaultOrEmpty || value.Distinct(ClassNameComparer.Instance).Count() == value.Length
            ? value.IsDefault ? [] : value
            : throw new ArgumentException($"The class {value.GroupBy(name => name, ClassNameComparer.Instance).First(group => group.Count() > 1).Key} stands twice: folders cannot be matched to it by name, so give each class a name of its own.", nameof(value));
    } = [];

    /// <summary>
    /// The share of the images held out for testing where no folder says which: those whose path within the root (<c>CLASS/file.jpg</c>) has
    /// a SHA-256 below this share of the largest, so that an image stays on its side whatever is added. Of each class the image with the
    /// largest sum is trained on in any case, so that every class can be learned. In (0, 1]; with 1 all images are test images, as for
    /// scoring a model that is there already. Default: 0.1.
    /// </summary>
    public double HeldOut
    {
        get;
        init => field = value is > 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), Invariant($"A share of {value} of the images cannot be held out: choose one above 0, at most 1."));
    } = 0.1;

    /// <summary>
    /// The most pixels that an image may have before it is resized, from 1 to 500 million; while it is decoded, each takes about 9 bytes.
    /// Default: 25 million.
    /// </summary>
    public long MaxPixels
    {
        get;
        init => field = value is >= 1 and <= MostPixels
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), Invariant($"Images cannot be limited to {value} pixels: choose a limit from 1 to {MostPixels}."));
    } = ImageFile.DefaultMaxPixels;

    /// <summary>How many images are decoded at once; 0, the default, takes one per processor.</summary>
    public int Threads
    {
        get;
        init => field = value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), Invariant($"A number of threads is 0 (one per processor) or more, not {value}."));
    }

    private static int? Checked(int? size) => size is null or (>= 1 and <= MostSize)
        ? size
        : throw new ArgumentOutOfRangeException(nameof(size), Invariant($"Images of {size} pixels in height or width cannot be made: choose a size from 1 to {MostSize}."));

    internal const int MostSize = 4096, SizeWhereMixed = 32;

    internal const long MostPixels = 500_000_000;
}

/// <summary>How far the reading of images has come.</summary>
/// <param name="Done">Images read.</param>
/// <param name="Total">Images there are.</param>
public readonly record struct ImageProgress(int Done, int Total);
