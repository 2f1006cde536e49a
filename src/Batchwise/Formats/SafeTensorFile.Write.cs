using System.Buffers.Binary;

namespace Batchwise;

public sealed partial class SafeTensorFile
{
    /// <summary>
    /// Writes tensors to a file, whole or not at all (see <see cref="AtomicFile"/>). The same tensors and metadata give the
    /// same bytes. A checksum of the tensors is added to the metadata, as <c>batchwise.checksum</c>.
    /// </summary>
    /// <param name="path">The file to make or to replace. Its folder must exist.</param>
    /// <param name="tensors">The tensors, each name once. The header lists them in this order.</param>
    /// <param name="metadata">Texts to keep beside them, written by key in ordinal order; null for none.</param>
    /// <exception cref="ArgumentException">A name occurs twice, a text is no valid Unicode, or the header would exceed 100 million bytes.</exception>
    /// <exception cref="IOException">The folder does not exist, the disk is full, or the file is in use.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file may not be written.</exception>
    public static void Write(string path, IEnumerable<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var (header, ordered) = Prepare(tensors, metadata);
        AtomicFile.Write(path, stream => Write(stream, header, ordered));
    }

    /// <summary>Writes tensors to a stream, from where it stands; the stream stays open.</summary>
    /// <param name="stream">Receives the bytes of the file.</param>
    /// <param name="tensors">The tensors, each name once. The header lists them in this order.</param>
    /// <param name="metadata">Texts to keep beside them, written by key in ordinal order; null for none.</param>
    /// <exception cref="ArgumentException">As for a file; nothing is written then.</exception>
    public static void Write(Stream stream, IEnumerable<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var (header, ordered) = Prepare(tensors, metadata);
        Write(stream, header, ordered);
    }

    /// <summary>Checks everything and lays it out, before a byte is written.</summary>
    private static (byte[] Header, NamedTensor[] Ordered) Prepare(IEnumerable<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var list = tensors.ToArray();
        var names = new HashSet<string>();
        foreach (var tensor in list)
        {
            if (tensor is null)
                throw new ArgumentException("One of the tensors to write is null: leave it out.", nameof(tensors));
            if (!names.Add(tensor.Name))
                throw new ArgumentException($"Two tensors to write are named {Quotation.Of(tensor.Name)}: give each a name of its own.", nameof(tensors));
        }
        metadata ??= new Dictionary<string, string>();
        foreach (var (key, value) in metadata)
        {
            if (value is null || !NamedTensor.IsUnicode(key) || !NamedTensor.IsUnicode(value))
                throw new ArgumentException($"The metadata's {Quotation.Of(key)} is null or holds half of a surrogate pair: use valid Unicode.", nameof(metadata));
        }
        var (entries, ordered) = SafeTensorLayout.Plan(list);
        var header = SafeTensorHeaderWriter.Write(entries, new Dictionary<string, string>(metadata) { [TensorChecksum.Key] = TensorChecksum.Of(list) });
        if (header.Length > SafeTensorHeader.MaximumLength)
            throw new ArgumentException("Names and metadata of the tensors to write exceed the 100 million bytes that the format allows: shorten the metadata.", nameof(metadata));
        return (header, ordered);
    }

    private static void Write(Stream stream, byte[] header, NamedTensor[] ordered)
    {
        Span<byte> prefix = stackalloc byte[SafeTensorHeader.PrefixLength];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
        stream.Write(prefix);
        stream.Write(header);
        foreach (var tensor in ordered)
            stream.Write(tensor.Bytes.Span);
    }
}
