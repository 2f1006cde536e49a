using static System.FormattableString;

namespace Batchwise;

/// <summary>
/// Random changes of training images: light, a crop from the padded image, a mirror. What is drawn is fixed by seed, step and example
/// alone: it depends on no thread, and a resumed run repeats it.
/// </summary>
public sealed record Augmentation
{
    /// <summary>Images as they are.</summary>
    public static Augmentation None { get; } = new();

    /// <summary>What is usual for images of 32 x 32: mirrored half of the time, cropped from a border of 4 pixels of zeros.</summary>
    public static Augmentation Standard { get; } = new() { Mirror = true, Padding = 4 };

    /// <summary>Whether left and right are swapped half of the time. Default: no.</summary>
    public bool Mirror { get; init; }

    /// <summary>
    /// The width of the border, in pixels, that is put around an image before a part of the image's own size is cut out at a random
    /// place; 0 or more, less than half of height and width. Default: 0, no crop.
    /// </summary>
    public int Padding { get; init; }

    /// <summary>Whether the border shows the image reflected about its edge pixels. Default: no, it is 0, black.</summary>
    public bool Reflect { get; init; }

    /// <summary>Changes of light, made before the border is put around. Default: <see cref="Photometric.Off"/>.</summary>
    public Photometric Photometric { get; init; } = Photometric.Off;

    /// <summary>
    /// Images that training sees changed at random, anew in each step, while evaluation and population statistics see them as
    /// they are. A view: nothing is copied. Preprocessing comes behind it: <c>preprocessing.Prepare(augmentation.Apply(images))</c>.
    /// </summary>
    /// <param name="images">Images [height, width, channels]; for changes of light with values in [0, 1] and 1 or 3 channels.</param>
    /// <exception cref="ArgumentException">
    /// The examples are no images, too small for the border, or prepared already where light is changed; or a strength lies outside its range.
    /// </exception>
    public IExamples Apply(IExamples images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var shape = images.Shape;
        if (shape.Rank != 3)
            throw new ArgumentException($"Examples of shape {shape} are no images: augmentation needs [height, width, channels].", nameof(images));
        var widest = (Math.Min(shape[0], shape[1]) - 1) / 2;
        if (Padding < 0 || Padding > widest)
            throw new ArgumentException(Invariant($"A border of {Padding} pixels does not go with images of {shape[0]} x {shape[1]}: choose from 0 to {widest}."), nameof(images));
        ArgumentNullException.ThrowIfNull(Photometric);
        Photometric.RequireStrengths();
        if (Photometric != Photometric.Off && shape.Channels is not (1 or 3))
            throw new ArgumentException(Invariant($"Changes of light need images of 1 or 3 channels, not {shape.Channels}: choose Photometric.Off."), nameof(images));
        if (Photometric != Photometric.Off && images.Preprocessing != Preprocessing.None)
            throw new ArgumentException($"Changes of light need values in [0, 1], and the images are prepared by {images.Preprocessing}: augment first, then prepare.", nameof(images));
        return this == None ? images : new AugmentedExamples(images, this);
    }
}
