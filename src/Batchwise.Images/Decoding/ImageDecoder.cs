using System.Buffers.Binary;
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
        if (!IsKnown(bytes))
            throw new InvalidDataException($"{name} is no JPEG, PNG or BMP image by its first bytes: remove it, or give it the ending that it should have.");
        if (IsPng(bytes) && PngFile.Size(bytes) is { } png)
            RequirePixels(name, png.Height, png.Width, mostPixels);
        var info = Guard(name, () =>
        {
            using var stream = new BoundedStream(bytes);
            return ImageInfo.FromStream(stream);
        }) ?? throw Damaged(name);
        if (info.Width < 1 || info.Height < 1)
            throw Damaged(name);
        RequirePixels(name, info.Height, info.Width, mostPixels);
        return (info.Height, info.Width);
    }

    /// <summary>Decodes an image.</summary>
    /// <returns>Its size and [height, width, 3] bytes.</returns>
    public static (int Height, int Width, byte[] Pixels) Decode(string name, byte[] bytes, long mostPixels)
    {
        var (height, width) = Size(name, bytes, mostPixels);
        // The decoder takes what is missing for zeros, and says nothing.
        if (IsPng(bytes) ? !PngFile.IsSound(bytes) : IsJpeg(bytes) ? IsCutOffJpeg(bytes) : IsCutOffBitmap(bytes, height, width))
            throw Damaged(name);
        var image = Guard(name, () =>
        {
            using var stream = new BoundedStream(bytes);
            return ImageResult.FromStream(stream, ColorComponents.RedGreenBlue);
        });
        return image.Height == height && image.Width == width && image.Data.Length == (long)height * width * Channels
            ? (height, width, image.Data)
            : throw Damaged(name);
    }

    private static void RequirePixels(string name, long height, long width, long most)
    {
        if (height > most || width > most || height * width > most)
            throw new InvalidDataException(Invariant($"{name} has {width} x {height} pixels, more than the {most} allowed: shrink or remove it, or raise MaxPixels."));
    }

    // The library would try a dozen more formats, some of which have no mark of their own.
    private static bool IsKnown(ReadOnlySpan<byte> bytes) =>
        IsJpeg(bytes) || IsPng(bytes) || bytes is [(byte)'B', (byte)'M', ..];

    private static bool IsPng(ReadOnlySpan<byte> bytes) => bytes is [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..];

    private static bool IsJpeg(ReadOnlySpan<byte> bytes) => bytes is [0xFF, 0xD8, 0xFF, ..];

    // The mark of the end stands behind the last scan; a preview inside the file has marks of its own, but before it.
    private static bool IsCutOffJpeg(ReadOnlySpan<byte> bytes) =>
        bytes.LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xD9]) < bytes.LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);

    // The pixels stand, uncompressed, from a place on that the head names; each row fills whole groups of four bytes.
    private static bool IsCutOffBitmap(ReadOnlySpan<byte> bytes, int height, int width)
    {
        const int place = 10, headSize = 14, oldHead = 12;
        if (bytes.Length < 32)
            return true;
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(bytes[headSize] == oldHead ? 24 : 28)..]);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[place..]) + ((long)width * bits + 31) / 32 * 4 * height > bytes.Length;
    }

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
        new($"{name} is damaged or of a kind that cannot be decoded: get it again, save it anew, or remove it.", error);
}
