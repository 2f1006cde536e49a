using StbImageSharp;
using static System.FormattableString;

namespace Batchwise.Images;

/// <summary>An image's bytes to pixels. Whatever the bytes are, the outcome is an image or an <see cref="InvalidDataException"/> of one sentence.</summary>
static class ImageDecoder
{
    /// <summary>Red, green, blue; a grey image has three times the same, transparency is left out.</summary>
    public const int Channels = 3;

    /// <summary>Height and width, from the head of the file alone.</summary>
    /// <param name="name">The file's name, for the messages.</param>
    /// <param name="bytes">The file.</param>
    /// <param name="mostPixels">How many pixels it may have.</param>
    public static (int Height, int Width) Size(string name, byte[] bytes, long mostPixels)
    {
        if (bytes.Length == 0)
            throw DiskReading.Nothing(name);
        if (!IsKnown(bytes))
            throw new InvalidDataException($"{name} is no JPEG, PNG or BMP image by its first bytes: remove it, or give it the ending that it should have.");
        if (IsPng(bytes) && PngFile.Size(bytes) is { } png)
            RequirePixels(name, png.Height, png.Width, mostPixels);
        var info = Guard(name, () =>
        {
            using var stream = new BoundedStream(bytes);
            return ImageInfo.FromStream(stream);
        }) ?? throw Damaged(name);
        var (height, width) = IsBitmap(bytes) ? BitmapFile.Size(bytes) ?? (0, 0) : (info.Height, info.Width);
        if (width < 1 || height < 1)
            throw Damaged(name);
        RequirePixels(name, height, width, mostPixels);
        return ((int)height, (int)width);
    }

    /// <summary>Decodes an image.</summary>
    /// <returns>Its size and [height, width, 3] bytes.</returns>
    public static (int Height, int Width, byte[] Pixels) Decode(string name, byte[] bytes, long mostPixels)
    {
        var (height, width) = Size(name, bytes, mostPixels);
        if (!IsWhole(name, bytes, height, width, out var end))
            throw Damaged(name);
        var (image, last) = Guard(name, () =>
        {
            using var stream = new BoundedStream(bytes);
            return (ImageResult.FromStream(stream, ColorComponents.RedGreenBlue), stream.Position);
        });
        return image.Height == height && image.Width == width && image.Data.Length == (long)height * width * Channels && (end is null || end == last)
            ? (height, width, image.Data)
            : throw Damaged(name);
    }

    // The decoder does not tell of what is missing. Where it should stop is said for a JPEG: it stops early at a fault, without a word.
    private static bool IsWhole(string name, byte[] bytes, int height, int width, out int? end)
    {
        (end, var scans) = IsJpeg(bytes) ? JpegFile.Examine(bytes) : default;
        if (scans > JpegFile.MostScans)
            throw new InvalidDataException(Invariant($"{name} comes in more than {JpegFile.MostScans} scans, of which an image has at most a few dozen: save it anew, or remove it."));
        return end is not null || (IsPng(bytes) ? PngFile.IsSound(bytes) : IsBitmap(bytes) && BitmapFile.IsWhole(bytes, height, width));
    }

    private static void RequirePixels(string name, long height, long width, long most)
    {
        if (height > most || width > most || height * width > most)
            throw new InvalidDataException(Invariant($"{name} has {width} x {height} pixels, more than the {most} allowed: shrink or remove it, or allow more (MaxPixels; on the command line --max-pixels)."));
    }

    // The library would try a dozen more formats, some of which have no mark of their own.
    private static bool IsKnown(ReadOnlySpan<byte> bytes) =>
        IsJpeg(bytes) || IsPng(bytes) || IsBitmap(bytes);

    public static bool IsPng(ReadOnlySpan<byte> bytes) => bytes is [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..];

    public static bool IsJpeg(ReadOnlySpan<byte> bytes) => bytes is [0xFF, 0xD8, 0xFF, ..];

    private static bool IsBitmap(ReadOnlySpan<byte> bytes) => bytes is [(byte)'B', (byte)'M', ..];

    private static T Guard<T>(string name, Func<T> decode)
    {
        try
        {
            return decode();
        }
        // A damaged file can lead the decoder anywhere; it reports some faults itself and trips over others.
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            throw Damaged(name, error);
        }
    }

    private static InvalidDataException Damaged(string name, Exception? error = null) =>
        new($"{name} is cut off, damaged or of a kind that cannot be decoded: get it again, save it anew, or remove it.", error);
}
