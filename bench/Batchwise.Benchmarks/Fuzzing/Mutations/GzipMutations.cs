using System.IO.Compression;

namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>Mutations of what is in a compressed file, which is compressed again.</summary>
static class GzipMutations
{
    /// <summary>The mutation of a file's contents, whether or not they are compressed.</summary>
    public static Mutation Within(Mutation mutation) => (input, random) =>
    {
        if (input is not [0x1F, 0x8B, ..])
            return mutation(input, random);
        return Decompress(input) is { } contents ? Compress(mutation(contents, random)) : input;
    };

    /// <summary>A gzip file of contents.</summary>
    public static byte[] Compress(byte[] contents)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(contents);
        return compressed.ToArray();
    }

    private static byte[]? Decompress(byte[] file)
    {
        try
        {
            using var gzip = new GZipStream(new MemoryStream(file), CompressionMode.Decompress);
            var contents = new MemoryStream();
            gzip.CopyTo(contents);
            return contents.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
