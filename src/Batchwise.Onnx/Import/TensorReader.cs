using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Batchwise.Onnx.Protocol;
using static System.FormattableString;
using DataType = Batchwise.Onnx.Protocol.TensorProto.Types.DataType;

namespace Batchwise.Onnx;

/// <summary>Reads the constants of an ONNX file. Sizes are checked against the bytes that are there before anything is allocated.</summary>
/// <param name="folder">Where the model lies; data in other files are looked for there and nowhere else. Null where there is no folder.</param>
sealed class TensorReader(string? folder)
{
    /// <summary>Reads a tensor.</summary>
    /// <exception cref="InvalidDataException">It is damaged, of a type that is not read, or its data are missing.</exception>
    public OnnxTensor Read(TensorProto tensor)
    {
        InvalidDataException Fault(string what) => new($"the tensor {Quotation.Of(tensor.Name)} {what}");
        var dims = ImmutableArray.CreateBuilder<int>(tensor.Dims.Count);
        long length = 1;
        foreach (var extent in tensor.Dims)
        {
            if (extent is < 0 or > int.MaxValue || (length *= extent) > int.MaxValue)
                throw Fault(Invariant($"has the extents [{string.Join(", ", tensor.Dims.Take(9))}]: each is 0 or more, and their product at most {int.MaxValue}."));
            dims.Add((int)extent);
        }
        var type = (DataType)tensor.DataType;
        var width = type switch
        {
            DataType.Float or DataType.Int32 => sizeof(float),
            DataType.Double or DataType.Int64 => sizeof(double),
            DataType.Float16 or DataType.Bfloat16 => sizeof(ushort),
            DataType.Bool or DataType.Uint8 or DataType.Int8 => sizeof(byte),
            _ => throw Fault($"holds values of type {type}: float, double, half, bfloat16, int32, int64, int8, uint8 and bool are read."),
        };
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
            return Decode(External(tensor, length * width, Fault).Span);
        if (tensor.HasRawData)
        {
            return tensor.RawData.Length == length * width
                ? Decode(tensor.RawData.Span)
                : throw Fault(Invariant($"holds {tensor.RawData.Length} bytes, and its extents and type need {length * width}."));
        }
        var typed = type switch
        {
            DataType.Float => tensor.FloatData.Count,
            DataType.Double => tensor.DoubleData.Count,
            DataType.Int64 => tensor.Int64Data.Count,
            _ => tensor.Int32Data.Count,
        };
        if (typed != length)
            throw Fault(Invariant($"holds {typed} values, and its extents need {length}."));
        return type switch
        {
            DataType.Float => new(dims.ToImmutable(), [.. tensor.FloatData], null),
            DataType.Double => new(dims.ToImmutable(), [.. tensor.DoubleData.Select(value => (float)value)], null),
            DataType.Int64 => new(dims.ToImmutable(), null, [.. tensor.Int64Data]),
            DataType.Float16 => new(dims.ToImmutable(), [.. tensor.Int32Data.Select(bits => (float)BitConverter.UInt16BitsToHalf((ushort)bits))], null),
            DataType.Bfloat16 => new(dims.ToImmutable(), [.. tensor.Int32Data.Select(bits => BitConverter.Int32BitsToSingle(bits << 16))], null),
            _ => new(dims.ToImmutable(), null, [.. tensor.Int32Data]),
        };

        OnnxTensor Decode(ReadOnlySpan<byte> bytes) => type switch
        {
            DataType.Float => new(dims.ToImmutable(), MemoryMarshal.Cast<byte, float>(bytes).ToArray(), null),
            DataType.Double => new(dims.ToImmutable(), Array.ConvertAll(MemoryMarshal.Cast<byte, double>(bytes).ToArray(), value => (float)value), null),
            DataType.Float16 => new(dims.ToImmutable(), Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(bytes).ToArray(), value => (float)value), null),
            DataType.Bfloat16 => new(dims.ToImmutable(), Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(bytes).ToArray(), bits => BitConverter.Int32BitsToSingle(bits << 16)), null),
            DataType.Int64 => new(dims.ToImmutable(), null, MemoryMarshal.Cast<byte, long>(bytes).ToArray()),
            DataType.Int32 => new(dims.ToImmutable(), null, Array.ConvertAll(MemoryMarshal.Cast<byte, int>(bytes).ToArray(), value => (long)value)),
            DataType.Int8 => new(dims.ToImmutable(), null, Array.ConvertAll(MemoryMarshal.Cast<byte, sbyte>(bytes).ToArray(), value => (long)value)),
            _ => new(dims.ToImmutable(), null, Array.ConvertAll(bytes.ToArray(), value => (long)value)),
        };
    }

    /// <summary>The bytes of a tensor that lie in another file of the model's folder.</summary>
    private ReadOnlyMemory<byte> External(TensorProto tensor, long length, Func<string, InvalidDataException> fault)
    {
        string? Entry(string key) => tensor.ExternalData.LastOrDefault(entry => entry.Key == key)?.Value;
        long Number(string key, long otherwise) => Entry(key) is not { } text ? otherwise
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
            : throw fault($"says {Quotation.Of(text)} of the {key} of its data in another file, which is not a whole number.");
        var name = Entry("location");
        if (string.IsNullOrEmpty(name) || name != Path.GetFileName(name) || name is "." or ".." || name.Contains('\\', StringComparison.Ordinal) || name.Any(char.IsControl))
            throw fault($"has its data in {Quotation.Of(name ?? "")}: only a file in the model's own folder is read.");
        if (folder is null)
            throw fault("has its data in another file, and the model was not read from a folder.");
        var (offset, stated) = (Number("offset", 0), Number("length", length));
        if (stated != length)
            throw fault(Invariant($"has {stated} bytes of data in another file, and its extents and type need {length}."));
        var path = Path.Combine(folder, name);
        var info = new FileInfo(path);
        if (!info.Exists || info.LinkTarget is not null || (info.Attributes & FileAttributes.Directory) != 0)
            throw fault($"has its data in '{name}', which is no file beside the model.");
        if (offset > info.Length - length)
            throw fault(Invariant($"has its data at {offset} to {offset + (decimal)length} of '{name}', which has {info.Length} bytes."));
        // A pipe has a length of 0 too, and opening one would be to wait for a writer.
        if (length == 0)
            return default;
        using var handle = File.OpenHandle(path);
        var bytes = new byte[length];
        for (var done = 0; done < bytes.Length;)
        {
            var read = RandomAccess.Read(handle, bytes.AsSpan(done), offset + done);
            done += read > 0 ? read : throw fault($"cannot be read whole from '{name}'.");
        }
        return bytes;
    }
}
