using System.Text;

namespace Batchwise.Tests.Images;

/// <summary>Tar archives byte by byte, for what no writer makes.</summary>
internal static class TarBytes
{
    /// <summary>The two blocks of zeros that end an archive.</summary>
    public static readonly byte[] End = new byte[1024];

    /// <summary>A header and its contents, filled up to whole blocks.</summary>
    /// <param name="path">At most 100 letters.</param>
    /// <param name="contents">The contents.</param>
    /// <param name="type">0 a file, 5 a folder, and so on.</param>
    /// <param name="change">What else the header says, before its checksum is computed.</param>
    public static byte[] Entry(string path, byte[] contents, char type = '0', Action<byte[]>? change = null)
    {
        var header = new byte[512];
        Put(header, 0, path);
        Put(header, 100, "0000644\0");
        Put(header, 108, "0000000\0");
        Put(header, 116, "0000000\0");
        Put(header, 124, Convert.ToString(contents.Length, 8).PadLeft(11, '0') + '\0');
        Put(header, 136, "00000000000\0");
        header[156] = (byte)type;
        Put(header, 257, "ustar\0" + "00");
        change?.Invoke(header);
        Seal(header);
        return [.. header, .. contents, .. new byte[(512 - contents.Length % 512) % 512]];
    }

    /// <summary>Puts letters at a place of a header.</summary>
    public static void Put(byte[] header, int at, string text) => Encoding.UTF8.GetBytes(text).CopyTo(header, at);

    /// <summary>Gives every block that looks like a header the checksum that it should have.</summary>
    public static void SealAll(byte[] archive)
    {
        for (var at = 0; at + 512 <= archive.Length; at += 512)
            if (archive.AsSpan(at + 257, 5).SequenceEqual("ustar"u8))
                Seal(archive.AsSpan(at, 512));
    }

    private static void Seal(Span<byte> header)
    {
        var sum = header[148..156];
        sum.Fill((byte)' ');
        var total = 0;
        foreach (var value in header)
            total += value;
        Encoding.ASCII.GetBytes(Convert.ToString(total, 8).PadLeft(6, '0') + "\0 ", sum);
    }
}
