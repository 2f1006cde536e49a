using static System.FormattableString;

namespace Batchwise.Images;

/// <summary>A single picture as a network's input: what a server or a program does with one image.</summary>
public static class ImageFile
{
    /// <summary>The most pixels that an image may have unless more are allowed: 25 million.</summary>
    public const long DefaultMaxPixels = 25_000_000;

    /// <summary>
    /// Decodes a JPEG, PNG or BMP image. Its largest middle part of the shape's proportions is resized by the triangle filter, as
    /// <see cref="ImageFolder"/> does it, so that a model sees what it was trained on.
    /// </summary>
    /// <param name="name">What messages call the image.</param>
    /// <param name="bytes">The file's content.</param>
    /// <param name="shape">The network's input: [height, width, 3].</param>
    /// <param name="maxPixels">
    /// The most pixels that the image may have, height times width. Default: <see cref="DefaultMaxPixels"/>.
    /// </param>
    /// <returns>[height, width, 3]: red, green, blue in [0, 1].</returns>
    /// <exception cref="InvalidDataException">
    /// It is no such image, is damaged, or has too many pixels; the message says which.
    /// </exception>
    /// <exception cref="ArgumentException">The shape is none of an image in color.</exception>
    public static float[] Decode(string name, byte[] bytes, Shape shape, long maxPixels = DefaultMaxPixels)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPixels, 1);
        if (shape.Rank != 3 || shape.Channels != ImageDecoder.Channels)
            throw new ArgumentException(Invariant($"An image has the shape [height, width, {ImageDecoder.Channels}], not {shape}: use a network that takes color images."), nameof(shape));
        var (height, width, pixels) = ImageDecoder.Decode(name, bytes, maxPixels);
        if (height != shape[0] || width != shape[1])
        {
            var resized = new byte[shape.Size];
            TriangleFilter.Resize(pixels, height, width, shape[0], shape[1], resized);
            pixels = resized;
        }
        var values = new float[pixels.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = pixels[i] / 255f;
        return values;
    }
}
