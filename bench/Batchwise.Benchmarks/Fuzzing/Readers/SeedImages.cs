using System.Buffers.Binary;

namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>Tiny images of each format.</summary>
static class SeedImages
{
    private const int Side = 6;

    /// <summary>
    /// 20 x 12 pixels, (12 x, 20 y, 3 x y) in column x and row y: quality 50, a quarter of the colors (4:2:0), restarts behind
    /// each unit, written by libjpeg-turbo 2.1.5 (<c>cjpeg -quality 50 -sample 2x2 -restart 1B -optimize</c>).
    /// </summary>
    public static readonly byte[] Jpeg = Convert.FromBase64String(
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

    /// <summary>All of them.</summary>
    public static IReadOnlyList<byte[]> All { get; } =
        [Jpeg, ProgressiveJpeg, Turned(Jpeg), Png(2, 8, 3), Png(0, 8, 1), Png(6, 16, 8), Png(3, 8, 1), Png(3, 4, 1), Bitmap()];

    /// <summary>A small PNG image of colors.</summary>
    public static byte[] ColorPng => Png(2, 8, 3);

    /// <summary>A PNG image.</summary>
    /// <param name="kind">0: gray, 2: color, 3: of a palette, 6: color and opacity.</param>
    /// <param name="depth">Bits per value.</param>
    /// <param name="bytes">Bytes per pixel, 1 where pixels are smaller.</param>
    private static byte[] Png(byte kind, byte depth, int bytes)
    {
        var rows = new byte[Side * (1 + Side * bytes * Math.Min((int)depth, 8) / 8)];
        var stride = rows.Length / Side;
        for (var i = 0; i < rows.Length; i++)
        {
            // Each row begins with its filter; of a palette 16 colors are there.
            rows[i] = (byte)(i % stride == 0 ? i / stride % 5 : kind == 3 ? 0 : i * 7);
        }
        byte[] head = [0, 0, 0, Side, 0, 0, 0, Side, depth, kind, 0, 0, 0];
        return
        [
            .. PngMutations.Signature, .. PngMutations.Chunk("IHDR"u8, head),
            .. kind == 3 ? PngMutations.Chunk("PLTE"u8, [.. Enumerable.Range(0, 48).Select(value => (byte)(value * 5))]) : [],
            .. kind == 3 ? PngMutations.Chunk("tRNS"u8, [255, 128, 0]) : [],
            .. PngMutations.Chunk("IDAT"u8, PngMutations.Deflate(rows)), .. PngMutations.Chunk("IEND"u8, []),
        ];
    }

    /// <summary>A BMP image of 24 bits a pixel.</summary>
    private static byte[] Bitmap()
    {
        const int head = 54, stride = (Side * 3 + 3) / 4 * 4;
        var file = new byte[head + stride * Side];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        (file[10], file[14], file[18], file[22], file[26], file[28]) = (head, 40, Side, Side, 1, 24);
        for (var i = head; i < file.Length; i++)
            file[i] = (byte)(i * 11);
        return file;
    }

    /// <summary>A JPEG with an EXIF block that says it is to be turned.</summary>
    private static byte[] Turned(byte[] jpeg)
    {
        byte[] exif = [.. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        return [.. jpeg[..2], 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. jpeg[2..]];
    }
}
