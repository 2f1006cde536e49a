using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Batchwise;

/// <summary>
/// Named tensors in a file, in the safetensors format: the length of the header (8 bytes, little-endian), the header (JSON:
/// of every tensor its type, shape and place, and a map of texts), and the elements as they are. A file is data alone:
/// reading one runs nothing, and whatever it holds, reading gives its tensors or an
/// <see cref="InvalidDataException"/> whose one sentence names the file, the tensor and the fault. Tensors are held against the
/// checksum that <see cref="Write(string, IEnumerable{NamedTensor}, IReadOnlyDictionary{string, string}?)"/> adds; files of other
/// programs have none.
/// </summary>
public sealed partial class SafeTensorFile
{
    private readonly string source;
    private readonly Dictionary<string, NamedTensor> byName;

    private SafeTensorFile(string source, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        this.source = source;
        byName = tensors.ToDictionary(tensor => tensor.Name);
        Tensors = tensors;
        Metadata = metadata;
    }

    /// <summary>All tensors, in the order in which the header lists them.</summary>
    public IReadOnlyList<NamedTensor> Tensors { get; }

    /// <summary>The texts that the file holds beside its tensors, but for the checksum; empty if there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensor of a name.</summary>
    /// <param name="name">Compared exactly, case and all.</param>
    /// <exception cref="KeyNotFoundException">The file has no such tensor; the message lists some of those it has.</exception>
    public NamedTensor this[string name] => TryGet(name, out var tensor) ? tensor : throw new KeyNotFoundException(Missing(name));

    /// <summary>The tensor of a name, if there is one.</summary>
    /// <param name="name">Compared exactly, case and all.</param>
    /// <param name="tensor">The tensor, or null.</param>
    /// <returns>Whether the file has it.</returns>
    public bool TryGet(string name, [NotNullWhen(true)] out NamedTensor? tensor) => byName.TryGetValue(name, out tensor);

    /// <summary>Reads a file whole.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, cut short, no safetensors file, or holds a type not among <see cref="ElementType"/>. PyTorch's
    /// pickles are refused with the line that converts them.
    /// </exception>
    /// <exception cref="IOException">The file is not there, or cannot be read.</exception>
    public static SafeTensorFile Read(string path)
    {
        using var stream = DiskReading.Open(path, path);
        PickleFile.Refuse(stream, path);
        return Read(stream, path);
    }

    /// <summary>Reads a file from bytes, which are copied.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <exception cref="InvalidDataException">As for a file.</exception>
    public static SafeTensorFile Read(ReadOnlyMemory<byte> bytes)
    {
        var array = MemoryMarshal.TryGetArray(bytes, out var segment) ? segment : new(bytes.ToArray());
        using var stream = new MemoryStream(array.Array!, array.Offset, array.Count, writable: false);
        return Read(stream, "safetensors in memory");
    }

    /// <summary>Reads a file from a stream, from where it stands to its end; the stream stays open.</summary>
    /// <param name="stream">A stream to read. One that cannot seek is held in memory first.</param>
    /// <param name="source">What messages call it.</param>
    /// <exception cref="InvalidDataException">As for a file.</exception>
    public static SafeTensorFile Read(Stream stream, string source)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(source);
        if (!stream.CanSeek)
        {
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            copy.Position = 0;
            return Read(copy, source);
        }
        var fault = new SafeTensorFault(source);
        try
        {
            return Read(stream, source, fault);
        }
        catch (EndOfStreamException exception)
        {
            throw fault.Of($"the file became shorter while it was read", exception);
        }
    }

    private static SafeTensorFile Read(Stream stream, string source, SafeTensorFault fault)
    {
        // Nothing is allocated on the word of the file before it was held against the number of bytes that are there.
        var length = stream.Length - stream.Position;
        if (length < SafeTensorHeader.PrefixLength)
            throw fault.Of($"the file has {length} bytes, fewer than the {SafeTensorHeader.PrefixLength} that open every safetensors file");
        Span<byte> prefix = stackalloc byte[SafeTensorHeader.PrefixLength];
        stream.ReadExactly(prefix);
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        var rest = length - SafeTensorHeader.PrefixLength;
        if (headerLength > (ulong)rest)
            throw fault.Of($"the header is said to have {headerLength} bytes, and only {rest} follow");
        if (headerLength > SafeTensorHeader.MaximumLength)
            throw fault.Of($"the header is said to have {headerLength} bytes, more than the {SafeTensorHeader.MaximumLength} that the format allows");

        var bytes = new byte[headerLength];
        stream.ReadExactly(bytes);
        var header = SafeTensorHeaderReader.Read(bytes, fault);
        var ordered = SafeTensorLayout.Verify(header.Entries, rest - bytes.Length, fault);
        var tensors = new Dictionary<string, NamedTensor>(ordered.Length);
        foreach (var entry in ordered)
        {
            var data = new byte[entry.End - entry.Begin];
            stream.ReadExactly(data);
            tensors.Add(entry.Name, new(entry.Name, entry.Shape, entry.Type, data));
        }
        if (header.Metadata.Remove(TensorChecksum.Key, out var checksum) && checksum != TensorChecksum.Of(tensors.Values))
            throw fault.Of($"the tensors do not match '{TensorChecksum.Key}' of the metadata, which a program that changes them has to remove");
        return new(source, [.. header.Entries.Select(entry => tensors[entry.Name])], header.Metadata);
    }

    private string Missing(string name)
    {
        const int shown = 5;
        var names = string.Join(", ", Tensors.Take(shown).Select(tensor => Quotation.Of(tensor.Name)));
        var known = Tensors.Count switch
        {
            0 => "has no tensors at all",
            <= shown => $"has {names}",
            _ => string.Create(CultureInfo.InvariantCulture, $"has {names} and {Tensors.Count - shown} more"),
        };
        return $"{source}: there is no tensor {Quotation.Of(name)}; the file {known}: check the name, or that the file is the one meant.";
    }
}
