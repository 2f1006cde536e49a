using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Batchwise;

/// <summary>
/// A checksum of tensors, whatever their order in a file: SHA-256 over, for each by the order of the names, its name, type, shape and elements.
/// It is kept in the metadata, where readers that do not know it leave it alone.
/// </summary>
static class TensorChecksum
{
    /// <summary>The key of the metadata's entry.</summary>
    public const string Key = "batchwise.checksum";

    /// <summary>The checksum as the metadata has it.</summary>
    public static string Of(IEnumerable<NamedTensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            Append(hash, tensor.Name);
            Append(hash, tensor.ElementType.FileName());
            Append(hash, tensor.Shape.Length);
            foreach (var extent in tensor.Shape)
                Append(hash, extent);
            hash.AppendData(tensor.Bytes.Span);
        }
        return $"sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }

    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Append(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    private static void Append(IncrementalHash hash, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
