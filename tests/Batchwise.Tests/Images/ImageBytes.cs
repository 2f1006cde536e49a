using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

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

    /// <summary>
    /// 20 x 12 pixels, (12 x, 20 y, 3 x y) in column x and row y: quality 50, a quarter of the colours (4:2:0), restarts behind each unit, written by
    /// libjpeg-turbo 2.1.5 (<c>cjpeg -quality 50 -sample 2x2 -restart 1B -optimize</c>).
    /// </summary>
    public static readonly byte[] JpegWithRestarts = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARES"
        + "EhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAAMABQDASIAAhEBAxEB/8QAGAAAAwEBAAAAAAAA"
        + "AAAAAAAAAAUGAwT/xAAfEAABBAICAwAAAAAAAAAAAAABAAIDEQQFISIycYH/xAAWAQEBAQAAAAAAAAAAAAAAAAAEAwX/xAAcEQACAgIDAAAAAAAAAAAAAAABAgAEAxES"
        + "MqH/3QAEAAH/2gAMAwEAAhEDEQA/AJzH1d11TKHUgCyKCdYePGa4XfjQRvdbgoJkHFSRsmGqXnn/0Mm6tleBPxCqGQsc0GiPRQgNbAPXyay3X1P/2Q==");

    /// <summary>The same, progressive, in ten scans (<c>-progressive</c> for <c>-optimize</c>): the same pixels.</summary>
    public static readonly byte[] ProgressiveJpeg = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/2wBDARES"
        + "EhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wgARCAAMABQDASIAAhEBAxEB/8QAFwAAAwEAAAAAAAAA"
        + "AAAAAAAAAAQFAv/EABUBAQEAAAAAAAAAAAAAAAAAAAME/90ABAAB/9oADAMBAAIQAxAAAAGay6wZf//QwVCev//EABkQAAMBAQEAAAAAAAAAAAAAAAABAgMRE//aAAgB"
        + "AQABBQKcj//QWR//0fI//9KJR//TlI//1OH/xAAWEQEBAQAAAAAAAAAAAAAAAAABAwD/2gAIAQMBAT8Bld3/0Czv/8QAGREAAgMBAAAAAAAAAAAAAAAAAAECAyFh/9oA"
        + "CAECAQE/AVLEf//QdvD/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAY/An//0H//0X//0n//03//1H//xAAYEAEBAAMAAAAAAAAAAAAAAAABACFRYf/aAAgBAQAB"
        + "PyHhf//Qv//RBq//0of/01Ob/9QKX//aAAwDAQACAAMAAAAQ7//Q+//EABURAQEAAAAAAAAAAAAAAAAAAAAR/9oACAEDAQE/EF//0I3/xAAXEQEBAQEAAAAAAAAAAAAA"
        + "AAABABHR/9oACAECAQE/EC0TVv/QEeL/xAAaEAEBAQADAQAAAAAAAAAAAAABEQAhMXGB/9oACAEBAAE/EKTP/9AAqQ3/0Ye783//0kTjf//Tuhv/1CjE8d//2Q==");

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
        var data = new MemoryStream();
        using (var deflating = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
            deflating.Write(rows);
        return [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. Chunk("IHDR", head), .. Chunk("IDAT", data.ToArray()), .. Chunk("IEND", [])];
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

    // The decoder does not look at a chunk's sum.
    private static byte[] Chunk(string type, byte[] contents)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, contents.Length);
        return [.. length, .. Encoding.ASCII.GetBytes(type), .. contents, 0, 0, 0, 0];
    }
}
