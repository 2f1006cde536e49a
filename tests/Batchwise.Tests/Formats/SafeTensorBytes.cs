using System.Buffers.Binary;
using System.Text;
using CsCheck;

namespace Batchwise.Tests.Formats;

/// <summary>Files put together by hand, and others by chance.</summary>
internal static class SafeTensorBytes
{
    /// <summary>A file of any header over that many bytes of data, 0, 1, 2 and so on.</summary>
    public static byte[] File(string header, int dataLength = 0) => File(Encoding.UTF8.GetBytes(header), dataLength);

    public static byte[] File(byte[] header, int dataLength = 0) =>
        [.. Prefix((ulong)header.Length), .. header, .. Enumerable.Range(0, dataLength).Select(i => (byte)i)];

    public static byte[] Prefix(ulong headerLength)
    {
        var prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, headerLength);
        return prefix;
    }

    public static byte[] Written(IEnumerable<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using var stream = new MemoryStream();
        SafeTensorFile.Write(stream, tensors, metadata);
        return stream.ToArray();
    }

    /// <summary>As many samples as asked for, the same in every run.</summary>
    public static IEnumerable<T> Samples<T>(Gen<T> gen, int count)
    {
        for (var seed = 0; seed < count; seed++)
            yield return gen.Generate(new PCG(1, (ulong)seed), null, out _);
    }
}
