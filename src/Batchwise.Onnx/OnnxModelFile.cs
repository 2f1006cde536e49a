using System.Collections.Immutable;
using Batchwise.Onnx.Protocol;
using Google.Protobuf;

namespace Batchwise.Onnx;

/// <summary>An ONNX file, and the file of its weights where these are apart.</summary>
static class OnnxModelFile
{
    // A message of protocol buffers ends at 2 GB; names and shapes need some of it.
    private const long MostInline = 2_000_000_000;
    private const int Alignment = 4096;

    /// <summary>Writes a model; both files are whole or not there.</summary>
    public static OnnxExportReport Write(ModelProto model, string path, bool externalData)
    {
        var weights = model.Graph.Initializer.Sum(tensor => (long)tensor.RawData.Length);
        var files = ImmutableArray.CreateBuilder<(string, long)>();
        var elements = model.Graph.Initializer.Where(tensor => tensor.DataType == (int)TensorProto.Types.DataType.Float).Sum(tensor => tensor.RawData.Length / (long)sizeof(float));
        if (externalData || weights > MostInline)
        {
            var data = path + ".data";
            AtomicFile.Write(data, stream => MoveOut(model, Path.GetFileName(data), stream));
            files.Add((data, new FileInfo(data).Length));
        }
        AtomicFile.Write(path, model.WriteTo);
        files.Insert(0, (path, new FileInfo(path).Length));
        return new(
            (int)model.OpsetImport[0].Version,
            model.Graph.Node.GroupBy(node => node.OpType).ToImmutableSortedDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal),
            elements, files.ToImmutable());
    }

    /// <summary>Writes the bytes of all large tensors one after another, and leaves where they lie in their place.</summary>
    private static void MoveOut(ModelProto model, string file, Stream stream)
    {
        long offset = 0;
        foreach (var tensor in model.Graph.Initializer.Where(tensor => tensor.DataType == (int)TensorProto.Types.DataType.Float))
        {
            var padding = (Alignment - offset % Alignment) % Alignment;
            stream.Write(new byte[padding]);
            offset += padding;
            tensor.RawData.WriteTo(stream);
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
            tensor.ExternalData.Add(Entry("location", file));
            tensor.ExternalData.Add(Entry("offset", FormattableString.Invariant($"{offset}")));
            tensor.ExternalData.Add(Entry("length", FormattableString.Invariant($"{tensor.RawData.Length}")));
            offset += tensor.RawData.Length;
            tensor.ClearRawData();
        }
    }

    private static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };
}
