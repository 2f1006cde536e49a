using System.Buffers.Binary;
using System.IO.Compression;

namespace Batchwise.Tests;

/// <summary>IDX files in memory.</summary>
static class IdxBytes
{
    /// <summary>A sound file whose values are given, or count up from 0.</summary>
    public static byte[] Make(int[] dimensions, byte[]? values = null)
    {
        values ??= [.. Enumerable.Range(0, dimensions.Aggregate(1, (a, b) => a * b)).Select(i => (byte)i)];
        return [0, 0, 0x08, (byte)dimensions.Length, .. dimensions.SelectMany(BigEndian), .. values];
    }

    public static byte[] Images(int count, int rows = 3, int columns = 2) => Make([count, rows, columns]);

    public static byte[] Labels(params byte[] labels) => Make([labels.Length], labels);

    public static byte[] BigEndian(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }

    public static byte[] Compress(byte[] contents)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Optimal))
            gzip.Write(contents);
        return target.ToArray();
    }

    /// <summary>The sentence with which the reader refuses these bytes.</summary>
    public static string Refusal(byte[] contents) =>
        Assert.Throws<InvalidDataException>(() => IdxReader.Read(new MemoryStream(contents), "some-file")).Message;
}
