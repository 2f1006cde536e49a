using System.Buffers.Binary;

namespace Batchwise.Benchmarks.Fuzzing;

/// <summary>Mutations of a safetensors file's header; the eight bytes before it always tell its length.</summary>
static class SafeTensorMutations
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Mutation> All { get; } = [ChangeHeader, ChangeHeader, ChangeHeader, ChangeElement];

    /// <summary>The file without the checksum of its tensors, so that mutated ones are read.</summary>
    public static byte[] WithoutChecksum(byte[] file)
    {
        var read = SafeTensorFile.Read(file);
        using var stream = new MemoryStream();
        SafeTensorFile.Write(stream, read.Tensors, read.Metadata);
        var written = stream.ToArray();
        var header = System.Text.Json.Nodes.JsonNode.Parse(written.AsSpan(sizeof(long), Header(written)!.Value))!;
        header["__metadata__"]!.AsObject().Remove(TensorChecksum.Key);
        return Join(System.Text.Encoding.UTF8.GetBytes(header.ToJsonString()),
            written.AsSpan(sizeof(long) + Header(written)!.Value));
    }

    private static byte[] ChangeHeader(byte[] file, FuzzRandom random)
    {
        if (Header(file) is not { } length)
            return file;
        return Join(JsonMutations.Change(file[sizeof(long)..(sizeof(long) + length)], random),
            file.AsSpan(sizeof(long) + length));
    }

    /// <summary>Replaces an element by one that is not finite, negative, huge or tiny.</summary>
    private static byte[] ChangeElement(byte[] file, FuzzRandom random)
    {
        if (Header(file) is not { } length || file.Length - sizeof(long) - length is var rest && rest < sizeof(double))
            return file;
        byte[] copy = [.. file];
        double[] values = [double.NaN, double.PositiveInfinity, -1, 0, 1e30, 1e-30, double.MaxValue, double.Epsilon];
        var at = sizeof(long) + length + random.Below(rest / sizeof(double)) * sizeof(double);
        if (random.OneIn(2))
            BinaryPrimitives.WriteDoubleLittleEndian(copy.AsSpan(at), random.Of(values));
        else
            BinaryPrimitives.WriteSingleLittleEndian(copy.AsSpan(at), (float)random.Of(values));
        return copy;
    }

    private static int? Header(byte[] file) =>
        file.Length >= sizeof(long) && BinaryPrimitives.ReadUInt64LittleEndian(file) is var length
            && length <= (ulong)(file.Length - sizeof(long)) ? (int)length : null;

    private static byte[] Join(byte[] header, ReadOnlySpan<byte> rest)
    {
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. rest];
    }
}
