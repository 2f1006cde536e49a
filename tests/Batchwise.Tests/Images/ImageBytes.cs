using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Batchwise.Benchmarks.Fuzzing;

namespace Batchwise.Tests.Images;

/// <summary>Tiny image files and archives for the tests.</summary>
internal static class ImageBytes
{
    /// <summary>16 x 16 pixels, the left half (200, 30, 30), the right half (30, 30, 200); quality 92, written by stb_image_write.</summary>
    public static readonly byte[] Jpeg = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wCEAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBABAwMD"
        + "BAMECAQECBALCQsQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEP/AABEIABAAEAMBEQACEQEDEQH/xAGiAAABBQEBAQEB"
        + "AQAAAAAAAAAAAQIDBAUGBwgJCgsQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5"
        + "OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn"
        + "6Onq8fLz9PX29/j5+gEAAwEBAQEBAQEBAQAAAAAAAAECAwQFBgcICQoLEQACAQIEBAMEBwUEBAABAncAAQIDEQQFITEGEkFRB2FxEyIygQgUQpGhscEJIzNS8BVi"
        + "ctEKFiQ04SXxFxgZGiYnKCkqNTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqCg4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrC"
        + "w8TFxsfIycrS09TV1tfY2dri4+Tl5ufo6ery8/T19vf4+fr/2gAMAwEAAhEDEQA/APAa/Mz+4zyuv9Lz/Pc9Ur/NA/0IPK6/0vP89z//2Q==");

    /// <summary>A baseline JPEG with restarts.</summary>
    public static byte[] JpegWithRestarts => SeedImages.Jpeg;

    /// <summary>The same, progressive, in ten scans: the same pixels.</summary>
    public static byte[] ProgressiveJpeg => SeedImages.ProgressiveJpeg;

    /// <summary>The same image, half of the colours, each component in a scan of its own (<c>-sample 2x1 -optimize -scans FILE</c>), without restarts.</summary>
    public static readonly byte[] JpegOfThreeScans = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARES"
        + "EhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAAMABQDASEAAhEBAxEB/8QAFgABAQEAAAAAAAAA"
        + "AAAAAAAABAUG/8QAHxAAAQQCAgMAAAAAAAAAAAAAAQACAxEEBSEiMnGB/9oACAEBAAA/AM5j6u66qlDqQBZFBMbq2V4E/E7Dx4zXCfjQRvdbglshY5oNEeiv/8QAFgEB"
        + "AQEAAAAAAAAAAAAAAAAABAEC/8QAIhEAAgEDAgcAAAAAAAAAAAAAAQIAAxESEzEiUVKRwdHh/9oACAECEQA/AJTUOMm2mMqHSe32HUkrTQ7Hxb3A6jvxZEX5Ez//xAAW"
        + "AQEBAQAAAAAAAAAAAAAAAAAGAwX/xAAaEQACAwEBAAAAAAAAAAAAAAAAAQIEEQMx/9oACAEDEQA/AK1LWYbysvPQJU6SECm8P//Z");

    /// <summary>A PNG image of one colour.</summary>
    public static byte[] Png(int width, int height, byte red, byte green, byte blue) => Png(width, height, (_, _) => (red, green, blue));

    /// <summary>A PNG image, its colours by column and row.</summary>
    public static byte[] Png(int width, int height, Func<int, int, (byte Red, byte Green, byte Blue)> colour)
    {
        var rows = new MemoryStream();
        for (var y = 0; y < height; y++)
        {
            rows.WriteByte(0);
            for (var x = 0; x < width; x++)
            {
                var (red, green, blue) = colour(x, y);
                rows.Write([red, green, blue]);
            }
        }
        return Png(width, height, rows.ToArray());
    }

    /// <summary>A PNG file whose data need not be what its head announces.</summary>
    public static byte[] Png(int width, int height, byte[] rows)
    {
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), height);
        (head[8], head[9]) = (8, 2);
        return [.. PngSignature, .. Chunk("IHDR", head), .. Chunk("IDAT", Deflate(rows)), .. Chunk("IEND", [])];
    }

    /// <summary>A PNG image of one row whose pixels are places in a palette.</summary>
    public static byte[] PalettePng(byte[] pixels, params byte[] palette)
    {
        byte[] head = [0, 0, 0, (byte)pixels.Length, 0, 0, 0, 1, 8, 3, 0, 0, 0];
        return [.. PngSignature, .. Chunk("IHDR", head), .. Chunk("PLTE", palette), .. Chunk("IDAT", Deflate([0, .. pixels])), .. Chunk("IEND", [])];
    }

    /// <summary>A PNG file with one more chunk behind its head.</summary>
    public static byte[] WithChunk(byte[] png, string type, byte[] contents) => [.. png[..33], .. Chunk(type, contents), .. png[33..]];

    /// <summary>A JPEG file with a segment behind its first mark.</summary>
    public static byte[] WithSegment(byte[] jpeg, byte mark, byte[] contents) =>
        [.. jpeg[..2], 0xFF, mark, (byte)((contents.Length + 2) >> 8), (byte)(contents.Length + 2), .. contents, .. jpeg[2..]];

    /// <summary>An EXIF block whose only entry is the orientation: 1 upright, 2 to 8 turned or mirrored.</summary>
    public static byte[] Exif(byte orientation, bool little) => little
        ? [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0]
        : [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];

    /// <summary>A BMP image, 24 bits a pixel, its colours by column and row; with a height below zero rows stand from top to bottom.</summary>
    public static byte[] Bitmap(int width, int height, Func<int, int, (byte Red, byte Green, byte Blue)> colour, bool topDown)
    {
        var file = Bitmap(width, height, 0, 0, 0);
        var stride = (file.Length - 54) / height;
        if (topDown)
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), -height);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var at = 54 + (topDown ? y : height - 1 - y) * stride + 3 * x;
                (file[at + 2], file[at + 1], file[at]) = colour(x, y);
            }
        return file;
    }

    /// <summary>A BMP image of one colour, 24 bits a pixel.</summary>
    public static byte[] Bitmap(int width, int height, byte red, byte green, byte blue)
    {
        var stride = (width * 3 + 3) / 4 * 4;
        var file = new byte[54 + stride * height];
        (file[0], file[1], file[10], file[14], file[26], file[28]) = ((byte)'B', (byte)'M', 54, 40, 1, 24);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), height);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                (file[54 + y * stride + 3 * x], file[55 + y * stride + 3 * x], file[56 + y * stride + 3 * x]) = (blue, green, red);
        return file;
    }

    /// <summary>A tar archive of files; a path that ends in / is a folder.</summary>
    public static byte[] Tar(params (string Path, byte[] Contents)[] files)
    {
        var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, leaveOpen: true))
            foreach (var (path, contents) in files)
                writer.WriteEntry(path.EndsWith('/')
                    ? new PaxTarEntry(TarEntryType.Directory, path)
                    : new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(contents) });
        return archive.ToArray();
    }

    public static byte[] Gzip(byte[] contents)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(contents);
        return compressed.ToArray();
    }

    private static byte[] PngSignature => [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A];

    private static byte[] Deflate(byte[] contents)
    {
        var data = new MemoryStream();
        using (var deflating = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
            deflating.Write(contents);
        return data.ToArray();
    }

    private static byte[] Chunk(string type, byte[] contents)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, contents.Length);
        byte[] summed = [.. Encoding.ASCII.GetBytes(type), .. contents];
        // gzip ends with the same sum and the length, both little-endian.
        var sum = Gzip(summed).AsSpan()[^8..^4].ToArray();
        sum.AsSpan().Reverse();
        return [.. length, .. summed, .. sum];
    }
}
